using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>An address of a guest.</summary>
/// <param name="Type">IPv4 or IPv6.</param>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">Its network's length in bits.</param>
public readonly record struct DomainIPAddress(IPAddrType Type, string Address, int PrefixLength)
{
    internal static DomainIPAddress FromWire(DomainIPAddr wire) => new((IPAddrType)wire.Type, wire.Addr, WireNumber.From(wire.Prefix));
}
