using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace LibvirtSharp.Transports;

/// <summary>
/// A unix socket whose peer may pass file descriptors (SCM_RIGHTS, one with one byte that belongs to no message). Reading gives
/// the other bytes; the descriptors are kept in order. The one place that calls recvmsg.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed partial class DescriptorStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    private const int DontWait = 0x40; // MSG_DONTWAIT
    private const int CloseOnExec = 0x40000000; // MSG_CMSG_CLOEXEC
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int Rights = 1; // SCM_RIGHTS
    private const int TryAgain = 11; // EAGAIN
    private const int Interrupted = 4; // EINTR
    private readonly ConcurrentQueue<SafeSocketHandle> _descriptors = new();
    private readonly SemaphoreSlim _arrived = new(0);

    /// <summary>The next descriptor, when it has come.</summary>
    public async Task<SafeSocketHandle> ReceiveDescriptorAsync(CancellationToken cancellationToken)
    {
        await _arrived.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _descriptors.TryDequeue(out SafeSocketHandle? descriptor) ? descriptor : throw new EndOfStreamException("The server passed no descriptor.");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            await Socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            int count = Receive(buffer.Span, out bool passed);
            if (count == -1 || (count == 1 && passed))
                continue;
            if (count == 0)
                _arrived.Release(); // Whoever waits for a descriptor learns that none comes.
            return passed ? count - 1 : count;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            while (_descriptors.TryDequeue(out SafeSocketHandle? descriptor))
                descriptor.Dispose();
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
