namespace Netlink;

/// <summary>What a monitor tells of: RTNLGRP_* of linux/rtnetlink.h.</summary>
[Flags]
public enum RtnetlinkGroups
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>RTNLGRP_LINK: links, and bridges' ports.</summary>
    Links = 1,

    /// <summary>RTNLGRP_IPV4_IFADDR and RTNLGRP_IPV6_IFADDR: addresses.</summary>
    Addresses = 2,

    /// <summary>RTNLGRP_IPV4_ROUTE and RTNLGRP_IPV6_ROUTE: routes.</summary>
    Routes = 4,

    /// <summary>RTNLGRP_NEIGH: neighbours and forwarding entries, which share a group.</summary>
    Neighbours = 8,

    /// <summary>All of them.</summary>
    All = Links | Addresses | Routes | Neighbours,
}
