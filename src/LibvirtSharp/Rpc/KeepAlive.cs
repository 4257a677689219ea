namespace LibvirtSharp.Rpc;

/// <summary>
/// The protocol's keepalive program: a ping for each interval in which nothing was heard; after the given count of silent
/// intervals the connection is dead. Anything heard counts as life.
/// </summary>
internal sealed class KeepAlive : IDisposable
{
    /// <summary>What a daemon expects by default.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(5);

    private readonly ChannelOptions _options;
    private readonly Action<int> _send;
    private readonly Action _dead;
    private readonly ITimer _timer;
    private int _silent;
    private volatile bool _heldBack;

    public KeepAlive(ChannelOptions options, Action<int> send, Action dead)
    {
        _options = options;
        _send = send;
        _dead = dead;
        _timer = options.TimeProvider.CreateTimer(static state => ((KeepAlive)state!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Start()
    {
        if (_options.KeepAliveInterval > TimeSpan.Zero)
            _timer.Change(_options.KeepAliveInterval, _options.KeepAliveInterval);
    }

    /// <summary>
    /// The server is held back: nothing is read, so nothing can be heard, and its own pings wait unread behind what nobody takes. Ours
    /// go on, as signs of life, as often as a daemon expects them.
    /// </summary>
    public void HoldBack()
    {
        _heldBack = true;
        if (_options.KeepAliveInterval > Usual)
            _timer.Change(Usual, Usual);
    }

    public void GoOn()
    {
        Heard();
        _heldBack = false;
        if (_options.KeepAliveInterval > Usual)
            Start();
    }

    public void Heard() => Volatile.Write(ref _silent, 0);

    public void Dispose() => _timer.Dispose();

    private void Tick()
    {
        if (_heldBack)
        {
            _send(Programs.KeepAlivePing);
            return;
        }
        int silent = Interlocked.Increment(ref _silent);
        if (silent > _options.KeepAliveCount)
            _dead();
        else
            _send(Programs.KeepAlivePing);
    }
}
