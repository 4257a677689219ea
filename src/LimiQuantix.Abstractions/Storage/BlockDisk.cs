namespace LimiQuantix.Storage;

/// <summary>A volume that is a block device on the node.</summary>
public sealed record BlockDisk : DiskAttachment
{
    /// <summary>The absolute path of the device.</summary>
    public required string Path { get; init; }
}
