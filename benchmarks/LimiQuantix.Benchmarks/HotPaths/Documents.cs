using BenchmarkDotNet.Attributes;
using LimiQuantix.Core.Machines;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.State;

namespace LimiQuantix.Benchmarks.HotPaths;

/// <summary>A machine's document: to the bytes that are stored, and back.</summary>
public class Documents
{
    private MachineDocument? _machine;
    private ReadOnlyMemory<byte> _stored;
    private StateEntry? _entry;

    [GlobalSetup]
    public void SetUp()
    {
        _machine = new MachineDocument
        {
            Id = Guid.CreateVersion7(),
            Project = "default",
            Name = "web-1",
            Spec = new MachineSpec
            {
                Name = "web-1",
                Image = Guid.CreateVersion7(),
                CloudInit = new CloudInitSpec { User = "alice", SshKeys = ["ssh-ed25519 AAAA me@example"], Packages = ["curl", "nginx"] },
                Nics = [new NicSpec { Forwards = [new PortForward { GuestPort = 22 }] }],
                Labels = new Dictionary<string, string> { ["team"] = "blue", ["tier"] = "web" },
            },
            Phase = MachinePhase.Ready,
            Node = "node-1",
            Hypervisor = "libvirt",
            Disks = [new MachineDiskRecord { Name = "root", Id = Guid.CreateVersion7(), VolumeId = Guid.CreateVersion7(), Pool = "default", BaseDigest = new string('a', 64) }],
            Nics = [new MachineNicRecord { Name = "nic0", Id = Guid.CreateVersion7(), PortId = Guid.CreateVersion7(), NetworkId = Guid.CreateVersion7(), Fabric = "user", MacAddress = "52:54:00:00:00:01" }],
            InstanceId = "i-0198c0de",
            CreatedAt = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero),
        };
        _stored = DocumentSerializer<MachineDocument>.Write(_machine);
        _entry = new StateEntry { Key = "machines/1", Value = _stored, Version = 1 };
    }

    [Benchmark]
    [Work("Documents: write a machine's JSON")]
    public int Write() => DocumentSerializer<MachineDocument>.Write(_machine!).Length;

    [Benchmark]
    [Work("Documents: write a machine's JSON over a stored one")]
    public int WriteOver() => DocumentSerializer<MachineDocument>.Write(_machine!, _stored).Length;

    [Benchmark]
    [Work("Documents: read a machine's JSON")]
    public long Read() => DocumentSerializer<MachineDocument>.Read(_entry!).Version;
}
