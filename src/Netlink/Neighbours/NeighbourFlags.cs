namespace Netlink;

/// <summary>What a neighbour or a forwarding entry is: NTF_* of linux/neighbour.h.</summary>
[Flags]
public enum NeighbourFlags : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>NTF_USE: as if it were used now.</summary>
    Use = 0x01,

    /// <summary>NTF_SELF: in the link's own table.</summary>
    Self = 0x02,

    /// <summary>NTF_MASTER: in the table of the bridge that the link is a port of.</summary>
    Master = 0x04,

    /// <summary>NTF_PROXY: this machine answers for it.</summary>
    Proxy = 0x08,

    /// <summary>NTF_EXT_LEARNED: a program outside the kernel learnt it, and looks after it.</summary>
    ExternallyLearned = 0x10,

    /// <summary>NTF_OFFLOADED: hardware has it.</summary>
    Offloaded = 0x20,

    /// <summary>NTF_STICKY: it does not move to another port.</summary>
    Sticky = 0x40,

    /// <summary>NTF_ROUTER: it is a router.</summary>
    Router = 0x80,
}
