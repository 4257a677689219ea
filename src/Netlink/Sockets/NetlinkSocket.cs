using System.Runtime.InteropServices;

namespace Netlink.Sockets;

/// <summary>
/// A socket of NETLINK_ROUTE in the calling thread's network namespace. Not for two threads at a time. Only what the kernel itself sent
/// is received: any process may send to a netlink port.
/// </summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    private const int Route = 0; // NETLINK_ROUTE
    private const int NoBuffers = 105; // ENOBUFS
    private const int TryAgain = 11; // EAGAIN
    private const int Interrupted = 4; // EINTR
    private readonly Descriptor _socket;

    public NetlinkSocket(int receiveBufferSize)
    {
        _socket = Descriptor.Checked(Libc.Socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, Route), "socket(AF_NETLINK)");
        var address = new Libc.NetlinkAddress { Family = Libc.AF_NETLINK };
        if (Libc.Bind(_socket, &address, (uint)sizeof(Libc.NetlinkAddress)) != 0)
            throw NetlinkException.FromErrno(Marshal.GetLastPInvokeError(), "bind(AF_NETLINK)");
        // Each of these is younger than rtnetlink itself; an old kernel that lacks one only tells less.
        SetOption(Libc.SOL_NETLINK, Libc.NETLINK_EXT_ACK, 1);
        SetOption(Libc.SOL_NETLINK, Libc.NETLINK_CAP_ACK, 1);
        SetOption(Libc.SOL_NETLINK, Libc.NETLINK_GET_STRICT_CHK, 1);
        // Beyond net.core.rmem_max by force, where that is allowed.
        if (!SetOption(Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, receiveBufferSize))
            SetOption(Libc.SOL_SOCKET, Libc.SO_RCVBUF, receiveBufferSize);
    }

    /// <summary>Joins a multicast group: RTNLGRP_* of linux/rtnetlink.h.</summary>
    public void Join(int group)
    {
        if (!SetOption(Libc.SOL_NETLINK, Libc.NETLINK_ADD_MEMBERSHIP, group))
            throw NetlinkException.FromErrno(Marshal.GetLastPInvokeError(), "NETLINK_ADD_MEMBERSHIP");
    }

    /// <summary>Gives messages to the kernel, which has executed them when this returns.</summary>
    public void Send(ReadOnlySpan<byte> messages)
    {
        fixed (byte* bytes = messages)
        {
            while (Libc.Send(_socket, bytes, messages.Length, 0) < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                if (errno != Interrupted)
                    throw NetlinkException.FromErrno(errno, "send(AF_NETLINK)");
            }
        }
    }

    /// <summary>The next datagram, if there is one.</summary>
    /// <returns>Its length; 0 when there is none; -1 when the receive buffer overflowed (ENOBUFS): messages are lost.</returns>
    public int Receive(Span<byte> buffer)
    {
        while (true)
        {
            var sender = default(Libc.NetlinkAddress);
            uint senderLength = (uint)sizeof(Libc.NetlinkAddress);
            nint count;
            fixed (byte* bytes = buffer)
                count = Libc.ReceiveFrom(_socket, bytes, buffer.Length, Libc.MSG_DONTWAIT | Libc.MSG_TRUNC, &sender, &senderLength);
            if (count < 0)
            {
                switch (Marshal.GetLastPInvokeError())
                {
                    case Interrupted: continue;
                    case TryAgain: return 0;
                    case NoBuffers: return -1;
                    case int errno: throw NetlinkException.FromErrno(errno, "recvfrom(AF_NETLINK)");
                }
            }
            if (sender.PortId != 0 || count == 0)
                continue;
            return count <= buffer.Length
                ? (int)count
                : throw NetlinkException.Protocol($"The kernel sent a datagram of {count} bytes, more than the {buffer.Length} that are taken.");
        }
    }

    /// <summary>Waits until there is something to receive.</summary>
    /// <param name="wake">Ends the wait as well when it can be read.</param>
    /// <param name="timeout">How long; negative: for ever.</param>
    /// <returns>False when the time is up.</returns>
    public bool Wait(Descriptor? wake, TimeSpan timeout)
    {
        bool socketKept = false, wakeKept = false;
        try
        {
            _socket.DangerousAddRef(ref socketKept);
            wake?.DangerousAddRef(ref wakeKept);
            Libc.PollDescriptor* descriptors = stackalloc Libc.PollDescriptor[2];
            descriptors[0] = new Libc.PollDescriptor { Descriptor = (int)_socket.DangerousGetHandle(), Events = Libc.POLLIN };
            descriptors[1] = new Libc.PollDescriptor { Descriptor = wake is null ? -1 : (int)wake.DangerousGetHandle(), Events = Libc.POLLIN };
            int milliseconds = timeout < TimeSpan.Zero ? -1 : (int)Math.Min(Math.Ceiling(timeout.TotalMilliseconds), int.MaxValue);
            // An interrupted wait counts as woken: the caller looks, and waits again.
            return Libc.Poll(descriptors, 2, milliseconds) != 0;
        }
        finally
        {
            if (socketKept)
                _socket.DangerousRelease();
            if (wakeKept)
                wake!.DangerousRelease();
        }
    }

    public void Dispose() => _socket.Dispose();

    private bool SetOption(int level, int option, int value) => Libc.SetSocketOption(_socket, level, option, &value, sizeof(int)) == 0;
}
