using LimiQuantix.Hypervisor.Libvirt.Accelerators;

namespace LimiQuantix.Hypervisor.Libvirt.Tests.Accelerators;

[TestFixture]
public sealed class NodeAcceleratorTests
{
    private TestHost _host = null!;
    private string _qemu = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _host = new TestHost();
        _qemu = _host.Combine("qemu");
        await File.WriteAllTextAsync(_host.Combine("kvm"), "");
        await ScriptAsync("exit 85");
    }

    [TearDown]
    public async Task TearDownAsync() => await _host.DisposeAsync();

    [TestCase(AcceleratorChoice.Kvm, true)]
    [TestCase(AcceleratorChoice.Tcg, false)]
    public async Task Option_forces_without_a_try(AcceleratorChoice choice, bool isKvm)
    {
        await ScriptAsync($"touch {_host.Combine("tried")}; exit 85");
        Assert.That((await DecideAsync(choice)).IsKvm, Is.EqualTo(isKvm));
        Assert.That(File.Exists(_host.Combine("tried")), Is.False);
    }

    [Test]
    public async Task Verdict_is_kept_and_not_tried_again()
    {
        await ScriptAsync($"echo x >> {_host.Combine("tried")}; exit 85");
        AcceleratorVerdict first = await DecideAsync();
        AcceleratorVerdict second = await DecideAsync();
        Assert.That(first.IsKvm && second.IsKvm, Is.True);
        Assert.That(await File.ReadAllLinesAsync(_host.Combine("tried")), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Verdict_does_not_outlive_the_qemu_it_was_made_with()
    {
        Assert.That((await DecideAsync()).IsKvm, Is.True);
        await ScriptAsync("echo broken now >&2; exit 134");
        Assert.That((await DecideAsync()).IsKvm, Is.False);
    }

    [Test]
    public async Task Damaged_file_is_tried_over()
    {
        string path = Path.Combine(_host.Context.DataDirectory, "accelerator.json");
        foreach (string content in (string[])["", "{", "null", "[]", "{\"Key\":1}", new('x', 100_000)])
        {
            await File.WriteAllTextAsync(path, content);
            Assert.That((await DecideAsync()).IsKvm, Is.True, content.Length > 20 ? "long" : content);
        }
    }

    private async Task<AcceleratorVerdict> DecideAsync(AcceleratorChoice choice = AcceleratorChoice.Auto)
    {
        using var accelerator = new NodeAccelerator(
            _host.Context, new LibvirtOptions { Accelerator = choice, QemuPath = _qemu, ProbeTimeout = TimeSpan.FromMinutes(1) }, _host.Combine("kvm"));
        return await accelerator.DecideAsync(CancellationToken.None);
    }

    private Task ScriptAsync(string script) => FakeQemu.WriteAsync(_qemu, script);
}
