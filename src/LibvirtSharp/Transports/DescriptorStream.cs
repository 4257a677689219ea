using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using LibvirtSharp.Protocol;
using LibvirtSharp.Rpc;

namespace LibvirtSharp.Transports;

/// <summary>
/// A unix socket over which file descriptors are passed (SCM_RIGHTS, one with one byte that belongs to no message). Reading gives
/// the other bytes and keeps the descriptors in order; writing sends descriptors behind the call that they belong to. The one place
/// that calls recvmsg and sendmsg.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed partial class DescriptorStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private const int DontWait = 0x40; // MSG_DONTWAIT
    private const int NoSignal = 0x4000; // MSG_NOSIGNAL
    private const int CloseOnExec = 0x40000000; // MSG_CMSG_CLOEXEC
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int Rights = 1; // SCM_RIGHTS
    private const int TryAgain = 11; // EAGAIN
    private const int Interrupted = 4; // EINTR
    private readonly ConcurrentQueue<SafeSocketHandle> _descriptors = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private (RemoteProcedure Procedure, IReadOnlyList<SafeHandle> Descriptors)? _attached;

    /// <summary>Lets the next call of a procedure go with descriptors: libvirt's <c>VIR_NET_CALL_WITH_FDS</c>.</summary>
    public void Attach(RemoteProcedure procedure, IReadOnlyList<SafeHandle> descriptors) => _attached = (procedure, descriptors);

    /// <summary>The next descriptor, when it has come.</summary>
    /// <exception cref="LibvirtException">None came before the server closed the connection.</exception>
    public async Task<SafeSocketHandle> ReceiveDescriptorAsync(CancellationToken cancellationToken)
    {
        await _arrived.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _descriptors.TryDequeue(out SafeSocketHandle? descriptor)
            ? descriptor
            : throw new LibvirtException(LibvirtErrorCode.NoConnect, LibvirtErrorDomain.Rpc, "The server passed no descriptor.") { IsConnectionLost = true };
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            await Socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            int count = Receive(buffer.Span, out bool passed);
            if (count == -1 || (count == 1 && passed))
                continue;
            return passed ? count - 1 : count;
        }
    }

    /// <param name="buffer">Whole messages.</param>
    /// <param name="cancellationToken">Gives up the write.</param>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_attached is { } attached && buffer.Length >= MessageHeader.Size)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(buffer.Span);
            if (BinaryPrimitives.ReadInt32BigEndian(buffer.Span[12..]) == (int)attached.Procedure)
            {
                _attached = null;
                await base.WriteAsync(WithCount(buffer.Span[..length], attached.Descriptors.Count), cancellationToken).ConfigureAwait(false);
                foreach (SafeHandle descriptor in attached.Descriptors)
                    await SendAsync(descriptor, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await base.WriteAsync(buffer[..length], cancellationToken).ConfigureAwait(false);
            }
            buffer = buffer[length..];
        }
        if (buffer.Length > 0)
            await base.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            while (_descriptors.TryDequeue(out SafeSocketHandle? descriptor))
                descriptor.Dispose();
            // Whoever waits for one learns that none comes: however the connection ends, its stream is disposed.
            _arrived.Release();
        }
        base.Dispose(disposing);
    }

    /// <returns>The bytes, of which the last came with descriptors when <paramref name="passed"/>; -1 when none are there yet.</returns>
    private unsafe int Receive(Span<byte> buffer, out bool passed)
    {
        const int ControlSize = 256;
        byte* control = stackalloc byte[ControlSize];
        fixed (byte* bytes = buffer)
        {
            var vector = new IoVector { Base = bytes, Length = (nuint)buffer.Length };
            var message = new MessageVector { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlSize };
            nint count = ReceiveMessage(Socket.SafeHandle, &message, DontWait | CloseOnExec);
            passed = false;
            if (count < 0)
                return Marshal.GetLastPInvokeError() is TryAgain or Interrupted ? -1 : throw new SocketException();
            passed = Keep(new ReadOnlySpan<byte>(control, (int)Math.Min(message.ControlLength, ControlSize)));
            return (int)count;
        }
    }

    /// <summary>Takes the descriptors out of the control messages: a length of a word's size, level, type, numbers.</summary>
    private bool Keep(ReadOnlySpan<byte> control)
    {
        bool any = false;
        int header = IntPtr.Size + 8;
        while (control.Length >= header)
        {
            long length = IntPtr.Size == 8 ? MemoryMarshal.Read<long>(control) : MemoryMarshal.Read<int>(control);
            if (length < header || length > control.Length)
                return any;
            if (MemoryMarshal.Read<int>(control[IntPtr.Size..]) == SocketLevel && MemoryMarshal.Read<int>(control[(IntPtr.Size + 4)..]) == Rights)
            {
                foreach (int descriptor in MemoryMarshal.Cast<byte, int>(control[header..(int)length]))
                {
                    _descriptors.Enqueue(new SafeSocketHandle(descriptor, ownsHandle: true));
                    _arrived.Release();
                    any = true;
                }
            }
            int aligned = ((int)length + IntPtr.Size - 1) & -IntPtr.Size;
            control = control[Math.Min(aligned, control.Length)..];
        }
        return any;
    }

    /// <summary>The call as one with descriptors: another type, and their number between header and arguments.</summary>
    private static byte[] WithCount(ReadOnlySpan<byte> message, int count)
    {
        byte[] changed = new byte[message.Length + 4];
        message[..MessageHeader.Size].CopyTo(changed);
        message[MessageHeader.Size..].CopyTo(changed.AsSpan(MessageHeader.Size + 4));
        BinaryPrimitives.WriteInt32BigEndian(changed, changed.Length);
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(16), (int)MessageType.CallWithDescriptors);
        BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(MessageHeader.Size), count);
        return changed;
    }

    private async Task SendAsync(SafeHandle descriptor, CancellationToken cancellationToken)
    {
        while (!TrySend(descriptor))
            await Task.Delay(1, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>False when the socket is full.</returns>
    private unsafe bool TrySend(SafeHandle descriptor)
    {
        int header = IntPtr.Size + 8;
        int space = header + IntPtr.Size;
        byte* control = stackalloc byte[space];
        new Span<byte>(control, space).Clear();
        bool held = false;
        try
        {
            descriptor.DangerousAddRef(ref held);
            *(nint*)control = header + sizeof(int);
            *(int*)(control + IntPtr.Size) = SocketLevel;
            *(int*)(control + IntPtr.Size + 4) = Rights;
            *(int*)(control + header) = (int)descriptor.DangerousGetHandle();
            byte nothing = 0;
            var vector = new IoVector { Base = &nothing, Length = 1 };
            var message = new MessageVector { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = (nuint)space };
            if (SendMessage(Socket.SafeHandle, &message, DontWait | NoSignal) >= 0)
                return true;
            return Marshal.GetLastPInvokeError() is TryAgain or Interrupted ? false : throw new SocketException();
        }
        finally
        {
            if (held)
                descriptor.DangerousRelease();
        }
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static unsafe partial nint SendMessage(SafeHandle socket, MessageVector* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static unsafe partial nint ReceiveMessage(SafeHandle socket, MessageVector* message, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>The system's <c>msghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct MessageVector
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
