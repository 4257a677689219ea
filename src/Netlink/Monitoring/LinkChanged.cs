namespace Netlink;

/// <summary>A link is new, or something of it changed (RTM_NEWLINK).</summary>
public sealed record LinkChanged : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required Link Link { get; init; }
}
