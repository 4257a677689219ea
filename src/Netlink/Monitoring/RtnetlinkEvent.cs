namespace Netlink;

/// <summary>Something that happened in a network namespace, or <see cref="RtnetlinkOverflow"/>.</summary>
public abstract record RtnetlinkEvent
{
    private protected RtnetlinkEvent()
    {
    }
}

/// <summary>A link is new, or something of it changed (RTM_NEWLINK).</summary>
public sealed record LinkChanged : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required Link Link { get; init; }
}

/// <summary>A link is gone: deleted, or moved into another namespace (RTM_DELLINK).</summary>
public sealed record LinkDeleted : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required Link Link { get; init; }
}

/// <summary>An address is new, or something of it changed (RTM_NEWADDR).</summary>
public sealed record AddressChanged : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required LinkAddress Address { get; init; }
}

/// <summary>An address is gone (RTM_DELADDR).</summary>
public sealed record AddressDeleted : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required LinkAddress Address { get; init; }
}

/// <summary>A neighbour is new, or something of it changed (RTM_NEWNEIGH).</summary>
public sealed record NeighbourChanged : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required Neighbour Neighbour { get; init; }
}

/// <summary>A neighbour is gone (RTM_DELNEIGH).</summary>
public sealed record NeighbourDeleted : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required Neighbour Neighbour { get; init; }
}

/// <summary>A forwarding entry is new, or something of it changed (RTM_NEWNEIGH with AF_BRIDGE).</summary>
public sealed record FdbChanged : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required FdbEntry Entry { get; init; }
}

/// <summary>A forwarding entry is gone (RTM_DELNEIGH with AF_BRIDGE).</summary>
public sealed record FdbDeleted : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required FdbEntry Entry { get; init; }
}

/// <summary>A route is new, or replaced one (RTM_NEWROUTE).</summary>
public sealed record RouteChanged : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required Route Route { get; init; }
}

/// <summary>A route is gone (RTM_DELROUTE). Routes that go with their link are not all told of.</summary>
public sealed record RouteDeleted : RtnetlinkEvent
{
    /// <summary>It, as it is now or was at last.</summary>
    public required Route Route { get; init; }
}

/// <summary>
/// Events were lost here: more happened than the socket's buffer holds while nobody read (ENOBUFS). How many is not known. Everything that was told
/// before this was told whole; read the state again now.
/// </summary>
public sealed record RtnetlinkOverflow : RtnetlinkEvent;
