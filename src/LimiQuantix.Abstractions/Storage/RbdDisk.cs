namespace LimiQuantix.Storage;

/// <summary>A volume that is a Ceph RBD image, reached by QEMU's own client.</summary>
public sealed record RbdDisk : DiskAttachment
{
    /// <summary>The Ceph pool.</summary>
    public required string Pool { get; init; }

    /// <summary>The RBD namespace in the pool; <see langword="null"/> for the default one. A hypervisor that cannot pass it on refuses the disk.</summary>
    public string? Namespace { get; init; }

    /// <summary>The RBD image.</summary>
    public required string Image { get; init; }

    /// <summary>The monitors, each <c>host:port</c>.</summary>
    public required IReadOnlyList<string> Monitors { get; init; }

    /// <summary>The Ceph user, without <c>client.</c>.</summary>
    public string? User { get; init; }

    /// <summary>The user's key.</summary>
    public SecretReference? Key { get; init; }
}
