using LimiQuantix.Consoles;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Storage;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>What a fake guest does when it is asked to shut down.</summary>
public enum FakeShutdown
{
    /// <summary>It is off at once.</summary>
    AtOnce = 0,

    /// <summary>It is on its way until the test lets it be off.</summary>
    OnItsWay = 1,

    /// <summary>It does not listen.</summary>
    Never = 2,
}

/// <summary>The options of a fake hypervisor. They may be changed while it works.</summary>
public sealed class FakeHypervisorOptions : FakeOptions
{
    /// <summary>What a guest does when it is asked to shut down.</summary>
    public FakeShutdown Shutdown { get; set; }

    /// <summary>The machine type that is pinned when none is asked for.</summary>
    public string MachineType { get; set; } = "pc-fake-1";

    /// <summary>The channels that it gives as bytes; the others are commands.</summary>
    public ISet<string> ByteChannels { get; } = new HashSet<string>(StringComparer.Ordinal) { VirtioChannel.GuestAgent };

    /// <summary>The features that it declares.</summary>
    public IReadOnlyList<string> Features { get; set; } = ProviderFeatures.OfHypervisors;

    /// <summary>What the hypervisor says of itself.</summary>
    public Func<HypervisorDescription> Describe { get; set; } = () => new HypervisorDescription
    {
        Product = "fake",
        HostName = "fake",
        Architecture = "x86_64",
        Accelerator = "kvm",
        CpuCount = 8,
        MemoryBytes = 16L << 30,
        DiskAttachments = [nameof(FileDisk), nameof(BlockDisk), nameof(NbdDisk), nameof(RbdDisk)],
        NicAttachments = [nameof(UserNic), nameof(BridgeNic), nameof(OvsNic), nameof(TapNic), nameof(VhostUserNic)],
        Consoles = [ConsoleKind.Vnc, ConsoleKind.Serial],
    };
}
