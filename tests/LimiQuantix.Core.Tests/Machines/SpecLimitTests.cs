using LimiQuantix.Core.Machines.Specs;
using LimiQuantix.Machines;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Tests.Machines;

/// <summary>Each limit that the contract's texts state: the last value that is taken, and the first that is not, with its member.</summary>
public sealed class SpecLimitTests
{
    private static readonly MachineSpec Valid = new() { Name = "web-1", Disks = [DiskSpec.Blank(1 << 20)], AllowNoLogin = true };

    private static IEnumerable<TestCaseData> Limits()
    {
        static TestCaseData Case(string pointer, Func<int, MachineSpec> make, int last, int first) => new TestCaseData(pointer, make(last), make(first)).SetArgDisplayNames(pointer, $"{last}", $"{first}");
        static IReadOnlyList<T> Many<T>(int count, Func<int, T> make) => [.. Enumerable.Range(0, count).Select(make)];
        static MachineSpec Init(CloudInitSpec cloudInit) => Valid with { CloudInit = cloudInit };

        yield return Case("/name", n => Valid with { Name = new string('a', n) }, 63, 64);
        yield return Case("/cpu/count", n => Valid with { Cpu = new MachineCpu { Count = n } }, 255, 256);
        yield return Case("/memory/sizeBytes", n => Valid with { Memory = new MachineMemory { SizeBytes = (long)n << 20 } }, 16 << 20, (16 << 20) + 1);
        yield return Case("/memory/sizeBytes", n => Valid with { Memory = new MachineMemory { SizeBytes = (long)n << 20 } }, 64, 63);
        yield return Case("/disks", n => Valid with { Disks = Many(n, _ => DiskSpec.Blank(1 << 20)) }, 24, 25);
        yield return Case("/disks/0/sizeBytes", n => Valid with { Disks = [DiskSpec.Blank((long)n << 20)] }, 64 << 20, (64 << 20) + 1);
        yield return Case("/disks/0/sizeBytes", n => Valid with { Disks = [DiskSpec.Blank(n * 512L)] }, 2048, 2047);
        yield return Case("/disks/0/name", n => Valid with { Disks = [DiskSpec.Blank(1 << 20) with { Name = new string('d', n) }] }, 32, 33);
        yield return Case("/nics", n => Valid with { Nics = Many(n, _ => new NicSpec()) }, 8, 9);
        yield return Case("/nics", n => Valid with { Nics = [new NicSpec { Forwards = Many(n, i => new PortForward { GuestPort = i + 1 }) }] }, 64, 65);
        yield return Case("/nics/0/forwards/0/hostPort", n => Valid with { Nics = [new NicSpec { Forwards = [new PortForward { GuestPort = 1, HostPort = n }] }] }, 65535, 65536);
        yield return Case("/graphics", n => Valid with { Graphics = Many(n, _ => new MachineGraphics()) }, 1, 2);
        yield return Case("/serials", n => Valid with { Serials = Many(n, _ => new MachineSerial()) }, 4, 5);
        yield return Case("/channels", n => Valid with { Channels = Many(n, i => new VirtioChannel { Name = $"c{i}" }) }, 16, 17);
        yield return Case("/channels/0/name", n => Valid with { Channels = [new VirtioChannel { Name = new string('c', n) }] }, 63, 64);
        yield return Case("/devices", n => Valid with { Devices = Many(n, _ => new WatchdogDevice()) }, 1, 2);
        yield return Case("/labels", n => Valid with { Labels = Enumerable.Range(0, n).ToDictionary(i => $"l{i}", _ => "") }, 64, 65);
        yield return Case("/labels", n => Valid with { Labels = new Dictionary<string, string> { [new string('l', n)] = "" } }, 63, 64);
        yield return Case("/labels", n => Valid with { Labels = new Dictionary<string, string> { ["l"] = new string('v', n) } }, 255, 256);
        yield return Case("/cloudInit/userData", n => Init(new CloudInitSpec { UserData = "#!/bin/sh\n".PadRight(n, '#') }), 512 << 10, (512 << 10) + 1);
        yield return Case("/cloudInit/networkConfig", n => Init(new CloudInitSpec { NetworkConfig = "version: 2\n".PadRight(n, '#') }), 64 << 10, (64 << 10) + 1);
        yield return Case("/cloudInit/runCommands/0", n => Init(new CloudInitSpec { RunCommands = ["true #".PadRight(n, 'x')] }), 16384, 16385);
        yield return Case("/cloudInit/runCommands", n => Init(new CloudInitSpec { RunCommands = Many(n, _ => "true") }), 1000, 1001);
        yield return Case("/cloudInit/packages", n => Init(new CloudInitSpec { Packages = Many(n, i => $"p{i}") }), 1000, 1001);
        yield return Case("/cloudInit/sshKeys", n => Init(new CloudInitSpec { SshKeys = Many(n, _ => "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl") }), 1000, 1001);
    }

    [TestCaseSource(nameof(Limits))]
    public void Stated_limit_is_the_enforced_one_and_is_told_with_its_member(string pointer, MachineSpec last, MachineSpec first)
    {
        Assert.That(() => MachineSpecValidator.Validate(last), Throws.Nothing);
        var refused = Assert.Throws<LimiQuantixException>(() => MachineSpecValidator.Validate(first))!;
        Assert.That(refused.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
        Assert.That(refused.Problems.Select(problem => problem.Pointer), Has.Some.EqualTo(pointer), refused.Message);
    }

    [Test]
    public void Whole_spec_that_is_too_large_though_each_part_fits_is_told_with_the_part_that_takes_the_most()
    {
        var commands = Enumerable.Repeat(new string('"', 16384), 20).ToList();
        var refused = Assert.Throws<LimiQuantixException>(() => MachineSpecValidator.Validate(
            Valid with { CloudInit = new CloudInitSpec { RunCommands = commands, UserData = "#!/bin/sh\n".PadRight(200 << 10, '#') } }))!;
        Assert.That(refused.Problems.Single().Pointer, Is.EqualTo("/cloudInit/runCommands"));
        Assert.That(refused.Message, Does.Contain("768 KiB").And.Contain("CloudInit.RunCommands"));
    }
}
