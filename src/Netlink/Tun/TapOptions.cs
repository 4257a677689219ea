namespace Netlink;

/// <summary>How a tap or tun is made: linux/if_tun.h.</summary>
public sealed record TapOptions
{
    /// <summary>Its name, at most 15 bytes; <c>tap%d</c> takes the first number that is free.</summary>
    public string Name { get; init; } = "tap%d";

    /// <summary>Whether it carries IP packets (IFF_TUN) and not Ethernet frames (IFF_TAP).</summary>
    public bool IpOnly { get; init; }

    /// <summary>The user that may open it without a capability (TUNSETOWNER), by number.</summary>
    public uint? Owner { get; init; }

    /// <summary>The group that may open it without a capability (TUNSETGROUP), by number.</summary>
    public uint? Group { get; init; }

    /// <summary>Whether it stays when nobody has it open (TUNSETPERSIST).</summary>
    public bool Persistent { get; init; }

    /// <summary>Whether it may be opened several times, each one a queue (IFF_MULTI_QUEUE).</summary>
    public bool MultiQueue { get; init; }

    /// <summary>Whether frames have a virtio header (IFF_VNET_HDR), as QEMU's do.</summary>
    public bool VirtioHeader { get; init; }

    /// <summary>Whether one that exists is an error (IFF_TUN_EXCL), and is not opened.</summary>
    public bool Exclusive { get; init; }
}
