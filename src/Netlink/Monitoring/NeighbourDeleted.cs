namespace Netlink;

/// <summary>A neighbour is gone (RTM_DELNEIGH).</summary>
public sealed record NeighbourDeleted : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required Neighbour Neighbour { get; init; }
}
