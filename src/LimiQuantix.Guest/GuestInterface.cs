using System.Net;
using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest;

/// <summary>A network interface, as the guest says: a claim, never to be fed into firewalls, names or routes.</summary>
public sealed record GuestInterface
{
    /// <summary>No guest is believed more interfaces than this, or more addresses of one than <see cref="MaxAddresses"/>.</summary>
    internal const int Max = 32;

    internal const int MaxAddresses = 16;

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its hardware address in lower case, or empty.</summary>
    public required string Mac { get; init; }

    /// <summary>Its largest packet.</summary>
    public required int Mtu { get; init; }

    /// <summary>Whether it is up.</summary>
    public required bool IsUp { get; init; }

    /// <summary>Its addresses. What is no address was left out.</summary>
    public required IReadOnlyList<IPNetworkAddress> Addresses { get; init; }

    /// <summary>Bytes received since boot.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>Bytes sent since boot.</summary>
    public long SentBytes { get; init; }

    /// <summary>Packets received since boot.</summary>
    public long ReceivedPackets { get; init; }

    /// <summary>Packets sent since boot.</summary>
    public long SentPackets { get; init; }

    /// <summary>Packets lost by error or for want of room since boot, both ways.</summary>
    public long LostPackets { get; init; }

    internal static GuestInterface Of(NetworkInterface nic) => new()
    {
        Name = GuestText.Clean(nic.Name, 64),
        Mac = IsMac(nic.Mac) ? nic.Mac.ToLowerInvariant() : "",
        Mtu = (int)Math.Min(nic.Mtu, 1 << 20),
        IsUp = nic.IsUp,
        Addresses = [.. nic.Addresses.Take(MaxAddresses).Select(IPNetworkAddress.Of).OfType<IPNetworkAddress>()],
        ReceivedBytes = Claimed.Size(nic.ReceivedBytes),
        SentBytes = Claimed.Size(nic.SentBytes),
        ReceivedPackets = Claimed.Size(nic.ReceivedPackets),
        SentPackets = Claimed.Size(nic.SentPackets),
        LostPackets = Claimed.Size(nic.ReceivedErrors) + Claimed.Size(nic.SentErrors) + Claimed.Size(nic.ReceivedDrops) + Claimed.Size(nic.SentDrops),
    };

    private static bool IsMac(string text) =>
        text.Length == 17 && Enumerable.Range(0, 17).All(i => i % 3 == 2 ? text[i] == ':' : char.IsAsciiHexDigit(text[i]));

    /// <summary>An address and its prefix's length.</summary>
    public sealed record IPNetworkAddress(IPAddress Address, int PrefixLength)
    {
        internal static IPNetworkAddress? Of(Address address) =>
            address.Address_.Length <= 64 && IPAddress.TryParse(address.Address_, out IPAddress? ip)
                ? new IPNetworkAddress(ip, (int)Math.Min(address.Prefix, ip.GetAddressBytes().Length * 8u))
                : null;
    }
}
