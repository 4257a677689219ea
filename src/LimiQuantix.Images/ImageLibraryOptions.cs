using LimiQuantix.Providers;

namespace LimiQuantix.Images;

/// <summary>How images are downloaded and where they are kept.</summary>
internal sealed class ImageLibraryOptions
{
    /// <summary>The library's folder; absolute. Made when it is missing. Only this installation may use it.</summary>
    public string LibraryDirectory { get; set; } = "";

    /// <summary>How many ranges of one image are downloaded at a time. 1 to 16. Default: 4.</summary>
    public int Parallelism { get; set; } = 4;

    /// <summary>The length of a range. 64 KiB to 64 MiB. Default: 8 MiB. One import holds at most Parallelism + 2 of them in memory.</summary>
    public int ChunkBytes { get; set; } = 8 << 20;

    /// <summary>The most bytes of a transferred or decompressed image. Default: 1 TiB.</summary>
    public long MaximumImageBytes { get; set; } = 1L << 40;

    /// <summary>
    /// How many times larger than its compressed form an image may be. Default: 2000; a mostly empty disk compresses better than
    /// 1:1000 with gzip and xz, so the first <see cref="FreeExpansionBytes"/> are not measured.
    /// </summary>
    public int MaximumExpansionRatio { get; set; } = 2000;

    /// <summary>Decompressed bytes that the ratio does not bind. Default: 16 GiB.</summary>
    public long FreeExpansionBytes { get; set; } = 16L << 30;

    /// <summary>The most bytes a decompressor may use for its window. Default: 256 MiB.</summary>
    public long MaximumWindowBytes { get; set; } = 256L << 20;

    /// <summary>Bytes of the library's file system that an import leaves free. Default: 64 MiB.</summary>
    public long ReservedFreeBytes { get; set; } = 64L << 20;

    /// <summary>How often one range is tried again after a transient error. 0 to 20. Default: 5.</summary>
    public int MaximumRetries { get; set; } = 5;

    /// <summary>The pause before the first retry; it doubles each time, up to 30 s. Default: 1 s.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a download that failed for a passing reason is kept for the next import of the same file. Default: 7 days.</summary>
    public TimeSpan KeptDownloadAge { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The most bytes of the disk that kept downloads take; 0 keeps none. They give way to what is imported. Default: 16 GiB.</summary>
    public long KeptDownloadBytes { get; set; } = 16L << 30;

    /// <summary>How the sources' calls are tried again. A server that asks for a longer pause is not waited for: the next mirror may be free.</summary>
    public TransientRetryOptions Retry => new()
    {
        MaximumRetries = MaximumRetries,
        Delay = RetryDelay,
        LongestDelay = TimeSpan.FromSeconds(30),
        LongestRetryAfter = TimeSpan.FromMinutes(2),
    };

    /// <summary>What images are fetched from, once the first is: the instances of this process.</summary>
    internal Func<Sources.ImageSources>? GetSources { get; set; }

    /// <summary>The host's catalogue files, which add entries or replace those of the same id; the last one wins.</summary>
    public IList<string> CatalogFiles { get; } = [];

    /// <summary>Sets another object's options to these.</summary>
    public void CopyTo(ImageLibraryOptions other)
    {
        other.LibraryDirectory = LibraryDirectory;
        other.Parallelism = Parallelism;
        other.ChunkBytes = ChunkBytes;
        other.MaximumImageBytes = MaximumImageBytes;
        other.MaximumExpansionRatio = MaximumExpansionRatio;
        other.FreeExpansionBytes = FreeExpansionBytes;
        other.MaximumWindowBytes = MaximumWindowBytes;
        other.ReservedFreeBytes = ReservedFreeBytes;
        other.MaximumRetries = MaximumRetries;
        other.RetryDelay = RetryDelay;
        other.KeptDownloadAge = KeptDownloadAge;
        other.KeptDownloadBytes = KeptDownloadBytes;
        foreach (var file in CatalogFiles) other.CatalogFiles.Add(file);
    }

    /// <summary>Gives every problem of the options as a sentence each.</summary>
    public IEnumerable<string> Validate()
    {
        if (!Path.IsPathFullyQualified(LibraryDirectory)) yield return "LibraryDirectory must be an absolute path.";
        if (Parallelism is < 1 or > 16) yield return "Parallelism must be from 1 to 16.";
        if (ChunkBytes is < 64 << 10 or > 64 << 20) yield return "ChunkBytes must be from 64 KiB to 64 MiB.";
        if (MaximumImageBytes < 1 << 20) yield return "MaximumImageBytes must be at least 1 MiB.";
        if (MaximumExpansionRatio < 1) yield return "MaximumExpansionRatio must be at least 1.";
        if (FreeExpansionBytes < 0) yield return "FreeExpansionBytes must not be negative.";
        if (MaximumWindowBytes is < 1 << 20 or > 1 << 30) yield return "MaximumWindowBytes must be from 1 MiB to 1 GiB.";
        if (ReservedFreeBytes < 0) yield return "ReservedFreeBytes must not be negative.";
        if (MaximumRetries is < 0 or > 20) yield return "MaximumRetries must be from 0 to 20.";
        if (KeptDownloadAge < TimeSpan.Zero) yield return "KeptDownloadAge must not be negative.";
        if (KeptDownloadBytes < 0) yield return "KeptDownloadBytes must not be negative.";
        if (RetryDelay < TimeSpan.Zero || RetryDelay > TimeSpan.FromMinutes(1)) yield return "RetryDelay must be from 0 to 1 minute.";
    }
}
