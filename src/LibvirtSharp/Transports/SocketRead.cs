using System.Net.Sockets;

namespace LibvirtSharp.Transports;

/// <summary>Receives what there is.</summary>
internal sealed class SocketRead(Socket socket) : SocketOperation(socket, SelectMode.SelectRead)
{
    /// <summary>A socket holds about two milliseconds' worth of a daemon's short replies; after that the daemon would wait for us.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(1);

    /// <summary>A processor that slept takes longer to wake than a daemon to answer: where answers come one after the other, we stay awake so long.</summary>
    private static readonly TimeSpan Answer = TimeSpan.FromMicroseconds(150);

    /// <summary>What is longer is no answer to a short question.</summary>
    private const int ShortAnswer = 4096;

    private readonly object _pause = new();
    private bool _ended;
    private Memory<byte> _buffer;
    private bool _gather;
    private bool _short;
    private bool _quick;
    private long _began;

    public bool TryStart(Memory<byte> buffer, out int count)
    {
        _buffer = buffer;
        _gather = false;
        return TryComplete(out count);
    }

    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="gather">Whether to receive only when more had the time to come.</param>
    public void StartLater(Memory<byte> buffer, bool gather)
    {
        _buffer = buffer;
        _gather = gather;
    }

    /// <summary>The stream is disposed: what gathers is not waited for any more.</summary>
    public void End()
    {
        lock (_pause)
        {
            _ended = true;
            Monitor.PulseAll(_pause);
        }
    }

    protected override void Prepare()
    {
        if (_gather)
            Gather();
        _began = TimeProvider.System.GetTimestamp();
    }

    protected override bool Linger()
    {
        if (_gather || !_quick || TimeProvider.System.GetElapsedTime(_began) > Answer)
            return false;
        // The daemon may need this processor.
        Thread.Yield();
        return true;
    }

    protected override bool TryComplete(out int count)
    {
        count = Socket.Receive(_buffer.Span, SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
            return false;
        if (error != SocketError.Success)
            throw new SocketException((int)error);
        // The next is expected soon when this one was. What comes after something long is the rest of it.
        bool shortAnswer = count <= ShortAnswer;
        _quick = shortAnswer && _short && TimeProvider.System.GetElapsedTime(_began) < Answer * 2;
        _short = shortAnswer;
        return true;
    }

    /// <summary>
    /// The runtime's timers are as coarse as the system's tick, four of these pauses and more; and this thread is there to wait. It does
    /// not wait for an error of the socket: the runtime asks for priority data with it, and for that the system wakes it at every message.
    /// </summary>
    private void Gather()
    {
        lock (_pause)
        {
            if (!_ended)
                Monitor.Wait(_pause, Gathering);
        }
    }
}
