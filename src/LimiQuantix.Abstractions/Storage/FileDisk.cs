using LimiQuantix.Images;

namespace LimiQuantix.Storage;

/// <summary>A volume that is a file on the node.</summary>
public sealed record FileDisk : DiskAttachment
{
    /// <summary>The absolute path.</summary>
    public required string Path { get; init; }

    /// <summary>The file's format.</summary>
    public required DiskFormat Format { get; init; }
}
