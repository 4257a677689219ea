namespace LimiQuantix.Networks;

/// <summary>A tap that the hypervisor puts on an Open vSwitch bridge.</summary>
public sealed record OvsNic : NicAttachment
{
    /// <summary>The bridge's name.</summary>
    public required string Bridge { get; init; }

    /// <summary>The interface id that OVN binds the logical switch port by.</summary>
    public required string InterfaceId { get; init; }
}
