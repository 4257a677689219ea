namespace Netlink;

/// <summary>A route is gone (RTM_DELROUTE). Routes that go with their link are not all told of.</summary>
public sealed record RouteDeleted : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required Route Route { get; init; }
}
