using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest;

/// <summary>A file, folder or other entry of the guest, as it says.</summary>
public sealed record GuestFileEntry
{
    private const int MaxPath = 4096;

    /// <summary>Its name in a list, its path otherwise. It is the guest's word: never use it as a path of this machine.</summary>
    public required string Path { get; init; }

    /// <summary>What it is.</summary>
    public required GuestFileType Type { get; init; }

    /// <summary>Its bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Its permission bits.</summary>
    public required UnixFileMode Mode { get; init; }

    /// <summary>Its owner's number.</summary>
    public required long UserId { get; init; }

    /// <summary>Its group's number.</summary>
    public required long GroupId { get; init; }

    /// <summary>Its owner's name, or empty.</summary>
    public required string Owner { get; init; }

    /// <summary>Its group's name, or empty.</summary>
    public required string Group { get; init; }

    /// <summary>When its content last changed, by the guest's clock.</summary>
    public required DateTimeOffset Modified { get; init; }

    /// <summary>Where a symbolic link leads, or null.</summary>
    public string? LinkTarget { get; init; }

    internal static GuestFileEntry Of(FileEntry entry) => new()
    {
        Path = GuestText.Clean(entry.Path, MaxPath),
        Type = entry.Type is > FileType.Unknown and <= FileType.BlockDevice ? (GuestFileType)entry.Type : GuestFileType.Unknown,
        Size = Claimed.Size(entry.Size),
        Mode = (UnixFileMode)(entry.Mode & 0xFFF),
        UserId = entry.Uid,
        GroupId = entry.Gid,
        Owner = GuestText.Clean(entry.Owner, 256),
        Group = GuestText.Clean(entry.Group, 256),
        Modified = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(entry.ModifiedUnixMs, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())),
        LinkTarget = entry.Type == FileType.Symlink ? GuestText.Clean(entry.LinkTarget, MaxPath) : null,
    };
}
