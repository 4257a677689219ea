using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>An address that a network's DHCP server gave.</summary>
/// <param name="Interface">The bridge.</param>
/// <param name="Expiry">When it ends; null for never.</param>
/// <param name="Type">IPv4 or IPv6.</param>
/// <param name="Mac">The client's MAC address.</param>
/// <param name="Iaid">The client's IAID, for IPv6.</param>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">Its network's length in bits.</param>
/// <param name="Hostname">The client's name.</param>
/// <param name="ClientId">The client's id or DUID.</param>
public sealed record DhcpLease(string Interface, DateTimeOffset? Expiry, IPAddrType Type, string? Mac, string? Iaid, string Address, int PrefixLength, string? Hostname, string? ClientId)
{
    internal static DhcpLease FromWire(NetworkDhcpLease wire) => new(
        wire.Iface, wire.Expirytime <= 0 ? null : DateTimeOffset.FromUnixTimeSeconds(wire.Expirytime), (IPAddrType)wire.Type, wire.Mac, wire.Iaid,
        wire.Ipaddr, WireNumber.From(wire.Prefix), wire.Hostname, wire.Clientid);
}
