using LimiQuantix.Networks;
using LimiQuantix.Nodes;

namespace LimiQuantix.Machines;

/// <summary>A machine that a host wants.</summary>
public sealed record MachineSpec
{
    /// <summary>The name: a DNS label (lower-case letters, digits, inner hyphens, at most 63), unique in the project; the guest's hostname.</summary>
    public required string Name { get; init; }

    /// <summary>The image that the root disk begins as.</summary>
    public required Guid ImageId { get; init; }

    /// <summary>The memory in bytes, a multiple of 1 MiB, at least 64 MiB. 1 GiB by default.</summary>
    public long MemoryBytes { get; init; } = 1L << 30;

    /// <summary>The virtual processors, 1 to 512. 1 by default.</summary>
    public int CpuCount { get; init; } = 1;

    /// <summary>The root disk's size in bytes, thin; at least the image's. 20 GiB by default; cloud-init grows the file system.</summary>
    public long DiskSizeBytes { get; init; } = 20L << 30;

    /// <summary>What cloud-init sets up in the guest.</summary>
    public CloudInitSpec CloudInit { get; init; } = new();

    /// <summary>Ports of the guest to reach on the node's loopback.</summary>
    public IReadOnlyList<PortForward> Forwards { get; init; } = [];

    /// <summary>Whether the engine keeps the machine running.</summary>
    public RunPolicy RunPolicy { get; init; } = RunPolicy.Manual;

    /// <summary>Whether the machine starts when it is created.</summary>
    public bool Start { get; init; } = true;

    /// <summary>
    /// Lets a machine be made into which nobody could log in: no SSH key, no password, no user-data. Refused otherwise, because it is
    /// mostly a mistake.
    /// </summary>
    public bool AllowNoLogin { get; init; }

    /// <summary>The pool of the root disk; by default the first one.</summary>
    public string? Pool { get; init; }

    /// <summary>The node to run on; by default the engine chooses.</summary>
    public NodeId? Node { get; init; }

    /// <summary>The host's own marks: at most 64, keys to 63 and values to 255 characters.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Who sees the machine besides its creator; everybody in the project by default.</summary>
    public ResourceSharing Sharing { get; init; } = ResourceSharing.Project;
}
