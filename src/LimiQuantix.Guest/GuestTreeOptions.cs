namespace LimiQuantix.Guest;

/// <summary>How a tree is copied.</summary>
public sealed record GuestTreeOptions
{
    /// <summary>More entries than this end the copy with <see cref="GuestErrorCode.LimitExceeded"/>. Default 1,000,000.</summary>
    public long MaxEntries { get; init; } = 1_000_000;

    /// <summary>More bytes than this end the copy with <see cref="GuestErrorCode.LimitExceeded"/>. Default 64 GiB.</summary>
    public long MaxBytes { get; init; } = 64L << 30;

    /// <summary>Told how many bytes of content were copied.</summary>
    public IProgress<long>? Progress { get; init; }
}
