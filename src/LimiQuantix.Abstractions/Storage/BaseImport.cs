using LimiQuantix.Images;
using LimiQuantix.Jobs;
using LimiQuantix.Nodes;

namespace LimiQuantix.Storage;

/// <summary>A base that the engine wants in a pool: an image's bytes.</summary>
public sealed record BaseImport
{
    /// <summary>The digest of the image file; it names the base, whatever format the pool keeps it in.</summary>
    public required ImageDigest Digest { get; init; }

    /// <summary>The image file's format: raw or qcow2, complete in itself; the engine has inspected it.</summary>
    public required DiskFormat Format { get; init; }

    /// <summary>The image file's length in bytes.</summary>
    public required long LengthBytes { get; init; }

    /// <summary>The size in bytes of the disk that a guest sees: a multiple of 512.</summary>
    public required long VirtualSizeBytes { get; init; }

    /// <summary>The image file. It may go while the job runs; then the job fails with <see cref="ErrorCodes.NotFound"/>.</summary>
    public required NodeFile Source { get; init; }
}

/// <summary>A base as the backend sees it.</summary>
public sealed record BaseObservation
{
    /// <summary>The digest of the image file that it was made from.</summary>
    public required ImageDigest Digest { get; init; }

    /// <summary>The size in bytes of the disk that a guest sees.</summary>
    public required long VirtualSizeBytes { get; init; }

    /// <summary>What it takes in the pool, in bytes.</summary>
    public long? AllocatedBytes { get; init; }
}

/// <summary>What <see cref="IStorageBackend.ImportBaseAsync"/> comes to.</summary>
public sealed record BaseImportResult : JobResult
{
    /// <summary>The base.</summary>
    public required BaseObservation Base { get; init; }
}
