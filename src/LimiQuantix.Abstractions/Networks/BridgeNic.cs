namespace LimiQuantix.Networks;

/// <summary>A tap that the hypervisor puts on a Linux bridge.</summary>
public sealed record BridgeNic : NicAttachment
{
    /// <summary>The bridge's name.</summary>
    public required string Bridge { get; init; }
}
