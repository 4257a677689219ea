namespace Netlink;

/// <summary>What happens to packets for a route's destination: RTN_* of linux/rtnetlink.h.</summary>
public enum RouteType : byte
{
    /// <summary>Unknown.</summary>
    Unspecified,

    /// <summary>They go on to a gateway or a link.</summary>
    Unicast,

    /// <summary>They are for this machine.</summary>
    Local,

    /// <summary>They are for this machine and everybody on the link.</summary>
    Broadcast,

    /// <summary>They are for this machine as one of several.</summary>
    Anycast,

    /// <summary>They are a group's.</summary>
    Multicast,

    /// <summary>They are dropped silently.</summary>
    Blackhole,

    /// <summary>They are dropped; the sender learns that the destination cannot be reached.</summary>
    Unreachable,

    /// <summary>They are dropped; the sender learns that it is forbidden.</summary>
    Prohibit,

    /// <summary>Another table decides.</summary>
    Throw,

    /// <summary>Their addresses are translated.</summary>
    Nat,

    /// <summary>An outside resolver decides.</summary>
    ExternalResolve,
}
