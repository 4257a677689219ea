using System.Runtime.InteropServices;

namespace Netlink.Messages;

/// <summary>struct nlmsghdr of linux/netlink.h, in the host's byte order, and the constants around it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MessageHeader
{
    public const int Size = 16;
    public const int Alignment = 4;
    public const ushort NLMSG_NOOP = 1;
    public const ushort NLMSG_ERROR = 2;
    public const ushort NLMSG_DONE = 3;
    public const ushort NLMSG_OVERRUN = 4;
    public const ushort NLM_F_DUMP_INTR = 0x10;
    public const ushort NLM_F_CAPPED = 0x100;
    public const ushort NLM_F_ACK_TLVS = 0x200;

    public uint Length;
    public ushort Type;
    public ushort Flags;
    public uint Sequence;
    public uint PortId;

    public static int Align(int length) => (length + Alignment - 1) & -Alignment;
}
