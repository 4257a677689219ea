namespace LimiQuantix.Guest;

/// <summary>What was copied.</summary>
public sealed record GuestTransfer
{
    /// <summary>The content's bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>The SHA-256 of what was moved, computed on this side and equal to the guest's. Empty for a tree.</summary>
    public ReadOnlyMemory<byte> Sha256 { get; init; }

    /// <summary>The files of a tree; 1 for a file.</summary>
    public long Files { get; init; }

    /// <summary>The folders of a tree.</summary>
    public long Directories { get; init; }

    /// <summary>Where a resumed push went on.</summary>
    public long ResumedFrom { get; init; }

    /// <summary>What was left out of a tree, and why: links, devices, names that cannot be used here. At most 1,000 are named.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>Whether the file changed while it was read: what came is a mixture.</summary>
    public bool IsTorn { get; init; }
}
