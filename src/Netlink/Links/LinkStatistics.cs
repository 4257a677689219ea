using System.Runtime.InteropServices;
using Netlink.Messages;

namespace Netlink;

/// <summary>What a link has received and sent since it was made: struct rtnl_link_stats64 of linux/if_link.h.</summary>
public sealed record LinkStatistics
{
    private const int Fields = 10;

    /// <summary>Packets received.</summary>
    public ulong ReceivedPackets { get; init; }

    /// <summary>Packets sent.</summary>
    public ulong SentPackets { get; init; }

    /// <summary>Bytes received.</summary>
    public ulong ReceivedBytes { get; init; }

    /// <summary>Bytes sent.</summary>
    public ulong SentBytes { get; init; }

    /// <summary>Bad packets received.</summary>
    public ulong ReceiveErrors { get; init; }

    /// <summary>Packets that could not be sent.</summary>
    public ulong SendErrors { get; init; }

    /// <summary>Packets received and dropped for want of room.</summary>
    public ulong ReceiveDropped { get; init; }

    /// <summary>Packets dropped before they were sent.</summary>
    public ulong SendDropped { get; init; }

    /// <summary>Multicast packets received.</summary>
    public ulong ReceivedMulticast { get; init; }

    /// <summary>Collisions.</summary>
    public ulong Collisions { get; init; }

    internal static LinkStatistics Read(AttributeReader attribute)
    {
        ReadOnlySpan<byte> bytes = attribute.Fixed(Fields * sizeof(ulong));
        Span<ulong> values = stackalloc ulong[Fields];
        bytes.CopyTo(MemoryMarshal.AsBytes(values));
        return new LinkStatistics
        {
            ReceivedPackets = values[0],
            SentPackets = values[1],
            ReceivedBytes = values[2],
            SentBytes = values[3],
            ReceiveErrors = values[4],
            SendErrors = values[5],
            ReceiveDropped = values[6],
            SendDropped = values[7],
            ReceivedMulticast = values[8],
            Collisions = values[9],
        };
    }
}
