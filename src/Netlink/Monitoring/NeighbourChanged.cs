namespace Netlink;

/// <summary>A neighbour is new, or something of it changed (RTM_NEWNEIGH).</summary>
public sealed record NeighbourChanged : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required Neighbour Neighbour { get; init; }
}
