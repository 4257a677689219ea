namespace LimiQuantix.Guest;

/// <summary>How a file is written in the guest. It appears whole, by a rename, or not at all.</summary>
public sealed record GuestWriteOptions
{
    /// <summary>Its permissions. Null: those of the file it replaces, or 0644.</summary>
    public UnixFileMode? Mode { get; init; }

    /// <summary>Its owner, a name or a number. Null: that of the file it replaces, or root.</summary>
    public string? Owner { get; init; }

    /// <summary>Its group, a name or a number. Null: that of the file it replaces, or root.</summary>
    public string? Group { get; init; }

    /// <summary>Whether a file that is there already is an error. Default false: it is replaced.</summary>
    public bool KeepExisting { get; init; }

    /// <summary>Whether missing folders above it are made. Default false.</summary>
    public bool MakeParents { get; init; }

    /// <summary>The SHA-256 that the content must have; the agent checks it before the file appears.</summary>
    public ReadOnlyMemory<byte> Sha256 { get; init; }

    /// <summary>
    /// A name (letters, digits, '-', up to 64) under which the guest keeps what came of a push that is cut; the next push of the same content with
    /// that name goes on where it ended. The source must be able to seek. Null: nothing is kept.
    /// </summary>
    public string? ResumeId { get; init; }

    /// <summary>Told how many bytes were sent.</summary>
    public IProgress<long>? Progress { get; init; }
}
