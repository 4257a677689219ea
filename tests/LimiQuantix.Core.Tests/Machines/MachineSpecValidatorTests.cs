using LimiQuantix.Core.Machines;
using LimiQuantix.Core.Machines.Specs;
using LimiQuantix.Machines;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Tests.Machines;

public sealed class MachineSpecValidatorTests
{
    private static readonly MachineSpec Valid = new() { Name = "web-1", ImageId = Guid.CreateVersion7(), AllowNoLogin = true };

    [Test]
    public void A_valid_spec_passes() => Assert.That(() => MachineSpecValidator.Validate(Valid), Throws.Nothing);

    [TestCase("")]
    [TestCase("Web")]
    [TestCase("-web")]
    [TestCase("web-")]
    [TestCase("a.b")]
    [TestCase("web\n")]
    [TestCase("<name/>")]
    [TestCase("'; drop")]
    [TestCase("../etc")]
    [TestCase("wéb")]
    public void A_name_that_is_no_dns_label_is_refused(string name) => Refuses(Valid with { Name = name }, "DNS label");

    [Test]
    public void A_name_of_sixty_four_characters_is_refused() => Refuses(Valid with { Name = new string('a', 64) }, "DNS label");

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase((64L << 20) - 1)]
    [TestCase((64L << 20) + 1)]
    [TestCase(long.MaxValue)]
    public void A_memory_size_out_of_bounds_is_refused(long bytes) => Refuses(Valid with { MemoryBytes = bytes }, "MemoryBytes");

    [TestCase(0)]
    [TestCase(511)]
    [TestCase((1L << 20) + 1)]
    [TestCase(long.MaxValue)]
    public void A_disk_size_out_of_bounds_is_refused(long bytes) => Refuses(Valid with { DiskSizeBytes = bytes }, "DiskSizeBytes");

    [TestCase(0)]
    [TestCase(513)]
    public void A_cpu_count_out_of_bounds_is_refused(int count) => Refuses(Valid with { CpuCount = count }, "CpuCount");

    [Test]
    public void A_machine_nobody_could_log_into_is_refused_unless_allowed() => Refuses(Valid with { AllowNoLogin = false }, "Nobody could log in");

    [TestCase("ssh-ed25519")]
    [TestCase("ssh-ed25519 AAAA\nssh-rsa AAAA")]
    [TestCase("not a key")]
    [TestCase("<key/>")]
    public void A_line_that_is_no_ssh_key_is_refused(string key) =>
        Refuses(Valid with { CloudInit = new CloudInitSpec { SshKeys = [key] } }, "SshKeys");

    [Test]
    public void A_usual_ssh_key_passes() => Assert.That(
        () => MachineSpecValidator.Validate(Valid with
        {
            CloudInit = new CloudInitSpec { SshKeys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@home"] },
        }),
        Throws.Nothing);

    [TestCase("a; rm -rf /")]
    [TestCase("")]
    [TestCase("-y")]
    public void A_package_name_that_is_none_is_refused(string package) =>
        Refuses(Valid with { CloudInit = new CloudInitSpec { Packages = [package] } }, "Packages");

    [Test]
    public void Forwards_are_checked()
    {
        Refuses(Valid with { Forwards = [new PortForward { GuestPort = 0 }] }, "GuestPort");
        Refuses(Valid with { Forwards = [new PortForward { GuestPort = 22, HostPort = 70000 }] }, "HostPort");
        Refuses(Valid with { Forwards = [new PortForward { GuestPort = 22, HostAddress = "localhost,hostfwd=tcp::1-:1" }] }, "HostAddress");
        Refuses(
            Valid with { Forwards = [new PortForward { GuestPort = 22, HostPort = 2222 }, new PortForward { GuestPort = 80, HostPort = 2222 }] },
            "used twice");
    }

    [Test]
    public void Every_problem_is_told_at_once()
    {
        var thrown = Assert.Throws<LimiQuantixException>(
            () => MachineSpecValidator.Validate(new MachineSpec { Name = "X", ImageId = Guid.Empty, MemoryBytes = 1, DiskSizeBytes = 1, CpuCount = 0 }));
        foreach (var member in new[] { "Name", "ImageId", "MemoryBytes", "CpuCount", "DiskSizeBytes", "Nobody" })
            Assert.That(thrown!.Message, Does.Contain(member));
    }

    private static void Refuses(MachineSpec spec, string what)
    {
        var thrown = Assert.Throws<LimiQuantixException>(() => MachineSpecValidator.Validate(spec));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
        Assert.That(thrown.Message, Does.Contain(what));
    }
}
