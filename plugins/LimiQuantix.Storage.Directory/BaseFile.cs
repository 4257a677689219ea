using LimiQuantix.Disks;
using LimiQuantix.Images;

namespace LimiQuantix.Storage.Directory;

/// <summary>A base in the pool, as its name tells.</summary>
internal sealed record BaseFile
{
    public required string Path { get; init; }

    public required ImageDigest Digest { get; init; }

    public required DiskFormat Format { get; init; }

    /// <summary>What the file's name and header say.</summary>
    public BaseObservation Observe() => new()
    {
        Digest = Digest,
        VirtualSizeBytes = ReadVirtualSize(),
        AllocatedBytes = SparseFile.MeasureData(Path),
    };

    /// <summary>The size in bytes of the disk that a guest sees.</summary>
    public long ReadVirtualSize() => Format == DiskFormat.Raw ? new FileInfo(Path).Length : PoolHeader.Read(Path).VirtualSizeBytes;
}
