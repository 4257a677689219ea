namespace Netlink;

/// <summary>A link is gone: deleted, or moved into another namespace (RTM_DELLINK).</summary>
public sealed record LinkDeleted : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required Link Link { get; init; }
}
