namespace LimiQuantix.Storage;

/// <summary>
/// How a hypervisor on one node reaches a volume: <see cref="FileDisk"/>, <see cref="BlockDisk"/>, <see cref="RbdDisk"/> or
/// <see cref="NbdDisk"/>. New kinds come in minor versions; a hypervisor says which it accepts.
/// </summary>
public abstract record DiskAttachment
{
    private protected DiskAttachment()
    {
    }

    /// <summary>The node on which the attachment is valid.</summary>
    public required Nodes.NodeId NodeId { get; init; }

    /// <summary>Whether a guest may only read.</summary>
    public bool IsReadOnly { get; init; }
}
