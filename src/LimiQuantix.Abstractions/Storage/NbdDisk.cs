namespace LimiQuantix.Storage;

/// <summary>A volume that an NBD server exports on a unix socket of the node.</summary>
public sealed record NbdDisk : DiskAttachment
{
    /// <summary>The absolute path of the socket.</summary>
    public required string SocketPath { get; init; }

    /// <summary>The export's name.</summary>
    public string ExportName { get; init; } = "";
}
