using System.Net.Sockets;

namespace LibvirtSharp.Transports;

/// <summary>Receives what there is.</summary>
internal sealed class SocketRead(Socket socket) : SocketOperation(socket, SelectMode.SelectRead)
{
    /// <summary>A socket holds about two milliseconds' worth of a daemon's short replies; after that the daemon would wait for us.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(1);

    private Memory<byte> _buffer;
    private bool _later;

    public bool TryStart(Memory<byte> buffer, out int count)
    {
        _buffer = buffer;
        _later = false;
        return TryComplete(out count);
    }

    /// <summary>Receives only when more had the time to come.</summary>
    public void StartLater(Memory<byte> buffer)
    {
        _buffer = buffer;
        _later = true;
    }

    protected override void Prepare()
    {
        // The runtime's timers are as coarse as the system's tick, four of these and more; and this thread is there to wait. A socket
        // that failed is not waited for.
        if (_later)
            Socket.Poll(Gathering, SelectMode.SelectError);
    }

    protected override bool TryComplete(out int count)
    {
        count = Socket.Receive(_buffer.Span, SocketFlags.None, out SocketError error);
        return error switch
        {
            SocketError.Success => true,
            SocketError.WouldBlock => false,
            _ => throw new SocketException((int)error),
        };
    }
}
