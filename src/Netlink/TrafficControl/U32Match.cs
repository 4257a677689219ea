namespace Netlink;

/// <summary>A word of a packet, masked, and what it must be (struct tc_u32_key of linux/pkt_cls.h).</summary>
public readonly record struct U32Match
{
    /// <summary>Where the word is, in bytes from the network header; a multiple of 4. -14 rounded to -16 and so on reach the Ethernet header.</summary>
    public required int Offset { get; init; }

    /// <summary>The word as a number in network order.</summary>
    public required uint Value { get; init; }

    /// <summary>The bits of it that count.</summary>
    public required uint Mask { get; init; }
}
