using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Netlink.Messages;

/// <summary>The fixed headers of rtnetlink's families.</summary>
internal static class Headers
{
    public const byte AF_UNSPEC = 0;
    public const byte AF_INET = 2;
    public const byte AF_BRIDGE = 7;
    public const byte AF_INET6 = 10;

    /// <summary>struct ifinfomsg of linux/rtnetlink.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Link
    {
        public const int Size = 16;
        public const int IndexOffset = MessageHeader.Size + 4;
        public byte Family;
        public byte Pad;
        public ushort Type;
        public int Index;
        public uint Flags;
        public uint Change;
    }

    /// <summary>struct ifaddrmsg of linux/if_addr.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Address
    {
        public const int Size = 8;
        public const int IndexOffset = MessageHeader.Size + 4;
        public byte Family;
        public byte PrefixLength;
        public byte Flags;
        public byte Scope;
        public int Index;
    }

    /// <summary>struct rtmsg of linux/rtnetlink.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Route
    {
        public const int Size = 12;
        public byte Family;
        public byte DestinationLength;
        public byte SourceLength;
        public byte TypeOfService;
        public byte Table;
        public byte Protocol;
        public byte Scope;
        public byte Type;
        public uint Flags;
    }

    /// <summary>struct ndmsg of linux/neighbour.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Neighbour
    {
        public const int Size = 12;
        public const int IndexOffset = MessageHeader.Size + 4;
        public byte Family;
        public byte Pad1;
        public ushort Pad2;
        public int Index;
        public ushort State;
        public byte Flags;
        public byte Type;
    }

    /// <summary>struct tcmsg of linux/rtnetlink.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TrafficControl
    {
        public const int Size = 20;
        public const int IndexOffset = MessageHeader.Size + 4;
        public byte Family;
        public byte Pad1;
        public ushort Pad2;
        public int Index;
        public uint Handle;
        public uint Parent;
        public uint Info;
    }

    /// <summary>The header at the beginning of a message's payload.</summary>
    /// <exception cref="NetlinkException">The payload is shorter.</exception>
    public static T Read<T>(ReadOnlySpan<byte> payload)
        where T : unmanaged
    {
        int size = Unsafe.SizeOf<T>();
        return payload.Length >= size
            ? MemoryMarshal.Read<T>(payload)
            : throw NetlinkException.Protocol($"A message has {payload.Length} bytes, fewer than the {size} of its header.");
    }
}
