namespace Netlink;

/// <summary>How a forwarding entry came and goes, as <c>bridge fdb</c> calls it.</summary>
public enum FdbEntryState : ushort
{
    /// <summary>NUD_REACHABLE: it ages. Learnt ones are so.</summary>
    Dynamic = 0x02,

    /// <summary>NUD_STALE: it has not been seen for a while.</summary>
    Stale = 0x04,

    /// <summary>NUD_NOARP: it stays, and is a station's behind the port.</summary>
    Static = 0x40,

    /// <summary>NUD_PERMANENT: it stays; in a bridge's table it is an address of the bridge itself, in a VXLAN's a station's.</summary>
    Permanent = 0x80,
}
