namespace Netlink;

/// <summary>What packets a table of nftables sees, as nft(8) names it.</summary>
public enum NftFamily
{
    /// <summary>IPv4.</summary>
    Ip,

    /// <summary>IPv6.</summary>
    Ip6,

    /// <summary>IPv4 and IPv6.</summary>
    Inet,

    /// <summary>ARP.</summary>
    Arp,

    /// <summary>Frames that a bridge forwards.</summary>
    Bridge,

    /// <summary>What a link receives or sends, before and after everything else.</summary>
    Netdev,
}
