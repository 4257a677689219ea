namespace LimiQuantix.Core.Images.Formats;

/// <summary>A checked qcow2 header: self-contained, not encrypted, its tables within the file and of sane size.</summary>
internal sealed record Qcow2Header
{
    /// <summary>2 or 3.</summary>
    public required int Version { get; init; }

    /// <summary>The size in bytes of the disk that a guest sees, as the header has it.</summary>
    public required long VirtualSizeBytes { get; init; }

    /// <summary>9 to 21: a cluster is 2 to this power bytes.</summary>
    public required int ClusterBits { get; init; }

    public required Qcow2Compression Compression { get; init; }

    public required int L1Entries { get; init; }

    public required long L1TableOffset { get; init; }

    public required int SnapshotCount { get; init; }

    public int ClusterSizeBytes => 1 << ClusterBits;
}
