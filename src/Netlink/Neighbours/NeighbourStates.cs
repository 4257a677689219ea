namespace Netlink;

/// <summary>How sure a neighbour is: NUD_* of linux/neighbour.h. For a forwarding entry see <see cref="FdbEntryState"/>.</summary>
[Flags]
public enum NeighbourStates : ushort
{
    /// <summary>NUD_NONE: nothing is known.</summary>
    None = 0,

    /// <summary>NUD_INCOMPLETE: it is being asked for.</summary>
    Incomplete = 0x01,

    /// <summary>NUD_REACHABLE: it answered not long ago.</summary>
    Reachable = 0x02,

    /// <summary>NUD_STALE: it is to be verified when it is used.</summary>
    Stale = 0x04,

    /// <summary>NUD_DELAY: it is used, and soon verified.</summary>
    Delay = 0x08,

    /// <summary>NUD_PROBE: it is being verified.</summary>
    Probe = 0x10,

    /// <summary>NUD_FAILED: it did not answer.</summary>
    Failed = 0x20,

    /// <summary>NUD_NOARP: there is nothing to verify.</summary>
    NoArp = 0x40,

    /// <summary>NUD_PERMANENT: an administrator says so.</summary>
    Permanent = 0x80,
}
