using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>A guest's network interface and its addresses.</summary>
/// <param name="Name">Its name, in the guest or on the host.</param>
/// <param name="Mac">Its MAC address.</param>
/// <param name="Addresses">Its addresses.</param>
public sealed record DomainNetworkInterface(string Name, string? Mac, IReadOnlyList<DomainIPAddress> Addresses)
{
    internal static DomainNetworkInterface FromWire(DomainInterface wire) =>
        new(wire.Name, wire.Hwaddr, Array.ConvertAll(wire.Addrs, DomainIPAddress.FromWire));
}
