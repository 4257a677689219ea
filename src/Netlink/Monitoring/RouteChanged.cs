namespace Netlink;

/// <summary>A route is new, or replaced one (RTM_NEWROUTE).</summary>
public sealed record RouteChanged : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required Route Route { get; init; }
}
