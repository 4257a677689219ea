using LimiQuantix.Jobs;

namespace LimiQuantix.Images;

/// <summary>Asks a store how large and how full it is.</summary>
public sealed record GetImageStoreStatusRequest;

/// <summary>Asks a store to fetch an image, as a job.</summary>
public sealed record ImportToStoreRequest : MutatingRequest
{
    /// <summary>The job's id, which the engine chose.</summary>
    public required Guid JobId { get; init; }

    /// <summary>The import's id, which the engine chose: what came is kept under it. One job of an import runs at a time.</summary>
    public required Guid ImportId { get; init; }

    /// <summary>Where the image is, as <see cref="ImageLocation"/> reads it; each is tried in order.</summary>
    public required IReadOnlyList<string> Locations { get; init; }

    /// <summary>What may be done for the locations, by who gave them.</summary>
    public LocationTrust Trust { get; init; } = LocationTrust.Untrusted;

    /// <summary>The image source to ask; <see langword="null"/> for the one that serves a location most specifically.</summary>
    public string? SourceName { get; init; }

    /// <summary>The digest that the transferred bytes must have.</summary>
    public ImageDigest? ExpectedDigest { get; init; }

    /// <summary>What is asked, with the locations as they may be shown.</summary>
    public override string ToString() =>
        $"{nameof(ImportToStoreRequest)} {{ JobId = {JobId}, ImportId = {ImportId}, Locations = {string.Join(", ", (Locations ?? []).Select(ImageLocation.Redact))}, Trust = {Trust}, SourceName = {SourceName}, ExpectedDigest = {ExpectedDigest} }}";
}

/// <summary>What <see cref="IImageStore.ImportAsync"/> comes to.</summary>
public sealed record ImageImportResult : JobResult
{
    /// <summary>The file that was fetched; it has no path until it is committed.</summary>
    public required StoredImage Image { get; init; }
}

/// <summary>Asks a store to name what an import fetched.</summary>
public sealed record CommitImportRequest : MutatingRequest
{
    /// <summary>The import.</summary>
    public required Guid ImportId { get; init; }

    /// <summary>The digest that its <see cref="ImageImportResult"/> told.</summary>
    public required ImageDigest Digest { get; init; }
}

/// <summary>That a file is in the store.</summary>
public sealed record CommitImportResult
{
    /// <summary>The file.</summary>
    public required StoredImage Image { get; init; }
}

/// <summary>Asks a store to delete what an import left.</summary>
public sealed record DiscardImportRequest : MutatingRequest
{
    /// <summary>The import.</summary>
    public required Guid ImportId { get; init; }
}

/// <summary>That nothing is left of an import.</summary>
public sealed record DiscardImportResult;

/// <summary>Asks a store for the imports that left something.</summary>
public sealed record ListImportsRequest;

/// <summary>An import that left something.</summary>
public sealed record ImportObservation
{
    /// <summary>The import.</summary>
    public required Guid ImportId { get; init; }

    /// <summary>What it came to, when that waits to be committed.</summary>
    public StoredImage? Image { get; init; }
}

/// <summary>Asks a store for a file.</summary>
public sealed record FindStoredImageRequest
{
    /// <summary>The SHA-256 of the file.</summary>
    public required ImageDigest Digest { get; init; }
}

/// <summary>Whether a store has a file.</summary>
public sealed record FindStoredImageResult
{
    /// <summary>The file, or <see langword="null"/> when the store does not have it.</summary>
    public StoredImage? Image { get; init; }
}

/// <summary>Asks a store for its files.</summary>
public sealed record ListStoredImagesRequest;

/// <summary>A file as a store sees it.</summary>
public sealed record StoredImageObservation
{
    /// <summary>The SHA-256 of the file.</summary>
    public required ImageDigest Digest { get; init; }

    /// <summary>The file's length in bytes.</summary>
    public long SizeBytes { get; init; }

    /// <summary>The name that it is set aside under; <see langword="null"/> when it is in the store.</summary>
    public Guid? SetAsideId { get; init; }
}

/// <summary>Asks a store for a file's bytes.</summary>
public sealed record OpenStoredImageRequest
{
    /// <summary>The SHA-256 of the file.</summary>
    public required ImageDigest Digest { get; init; }

    /// <summary>The first byte's offset.</summary>
    public long Offset { get; init; }

    /// <summary>How many bytes; <see langword="null"/> for all to the end.</summary>
    public long? LengthBytes { get; init; }
}

/// <summary>Asks a store to take a file out.</summary>
public sealed record SetAsideRequest : MutatingRequest
{
    /// <summary>The SHA-256 of the file.</summary>
    public required ImageDigest Digest { get; init; }

    /// <summary>A name for its absence, which the engine chose: two who set the same file aside do not end each other's.</summary>
    public required Guid SetAsideId { get; init; }
}

/// <summary>That a file is set aside.</summary>
public sealed record SetAsideResult;

/// <summary>Asks a store to put back what was set aside.</summary>
public sealed record RestoreStoredImageRequest : MutatingRequest
{
    /// <summary>The SHA-256 of the file.</summary>
    public required ImageDigest Digest { get; init; }

    /// <summary>The name that it was set aside under.</summary>
    public required Guid SetAsideId { get; init; }
}

/// <summary>That a file is in the store again.</summary>
public sealed record RestoreStoredImageResult;

/// <summary>Asks a store to delete what was set aside.</summary>
public sealed record DeleteStoredImageRequest : MutatingRequest
{
    /// <summary>The SHA-256 of the file.</summary>
    public required ImageDigest Digest { get; init; }

    /// <summary>The name that it was set aside under.</summary>
    public required Guid SetAsideId { get; init; }
}

/// <summary>That what was set aside is deleted.</summary>
public sealed record DeleteStoredImageResult;

/// <summary>Asks a store to look for images in a folder of its node.</summary>
public sealed record ScanImagesRequest
{
    /// <summary>The absolute path of the folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether folders within it are looked at too.</summary>
    public bool IncludesSubfolders { get; init; }
}
