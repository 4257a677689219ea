namespace Netlink;

/// <summary>How far away something is: RT_SCOPE_* of linux/rtnetlink.h.</summary>
public enum RouteScope : byte
{
    /// <summary>Anywhere.</summary>
    Universe = 0,

    /// <summary>Within this site (IPv6).</summary>
    Site = 200,

    /// <summary>On the link.</summary>
    Link = 253,

    /// <summary>On this machine.</summary>
    Host = 254,

    /// <summary>Nowhere.</summary>
    Nowhere = 255,
}
