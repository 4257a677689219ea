namespace LimiQuantix.Networks;

/// <summary>
/// How a hypervisor on one node connects a machine's network interface: <see cref="UserNic"/>, <see cref="BridgeNic"/>,
/// <see cref="OvsNic"/>, <see cref="TapNic"/> or <see cref="VhostUserNic"/>. New kinds come in minor versions.
/// </summary>
public abstract record NicAttachment
{
    private protected NicAttachment()
    {
    }

    /// <summary>The node on which the attachment is valid.</summary>
    public required Nodes.NodeId NodeId { get; init; }

    /// <summary>The largest packet in bytes; <see langword="null"/> for the hypervisor's default.</summary>
    public int? Mtu { get; init; }

    /// <summary>Whether the guest may leave checksums to the device; a userspace datapath needs it off.</summary>
    public bool ChecksumOffload { get; init; } = true;
}
