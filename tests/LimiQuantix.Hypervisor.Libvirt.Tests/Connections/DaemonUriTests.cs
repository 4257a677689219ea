using LimiQuantix.Hypervisor.Libvirt.Connections;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Connections;

[TestFixture]
public sealed class DaemonUriTests
{
    private TestHost _host = null!;

    [SetUp]
    public void SetUp() => _host = new TestHost();

    [TearDown]
    public async Task TearDownAsync() => await _host.DisposeAsync();

    [Test]
    public void Option_wins_over_the_environment() => Assert.That(Resolve("qemu:///a", "qemu:///b").Value, Is.EqualTo("qemu:///a"));

    [Test]
    public void Environment_wins_over_the_choice() => Assert.That(Resolve(null, "qemu:///b").Value, Is.EqualTo("qemu:///b"));

    [Test]
    public void Choice_is_kept_once_a_machine_was_defined_and_not_before()
    {
        DaemonUri first = Resolve(null, null);
        Assert.That(Directory.GetFiles(_host.Context.DataDirectory), Is.Empty);
        first.Keep();
        string kept = Directory.GetFiles(_host.Context.DataDirectory).Single();
        string other = first.Value == DaemonUri.System ? DaemonUri.Session : DaemonUri.System;
        File.WriteAllText(kept, other);
        Assert.That(Resolve(null, null).Value, Is.EqualTo(other), "a choice that was made is not made again");
    }

    [Test]
    public void Nonsense_in_the_kept_choice_is_not_used()
    {
        File.WriteAllText(Path.Combine(_host.Context.DataDirectory, "daemon-uri"), "qemu+tcp://attacker/system");
        Assert.That(Resolve(null, null).Value, Is.AnyOf(DaemonUri.System, DaemonUri.Session));
    }

    private DaemonUri Resolve(string? option, string? variable) =>
        DaemonUri.Resolve(_host.Context, new LibvirtOptions { Uri = option }, name => name == DaemonUri.Variable ? variable : null);
}
