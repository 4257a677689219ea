using LibvirtSharp.Events;
using LibvirtSharp.Transports;
using LibvirtSharp.Xdr;

namespace LibvirtSharp.Rpc;

/// <summary>What the views of one connection share: the present channel, its replacement after a loss, the events.</summary>
internal sealed class ConnectionCore : IChannelSource, IAsyncDisposable
{
    private readonly ChannelOpener _opener;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<LibvirtException> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private Task _watching = Task.CompletedTask;
    private RpcChannel? _channel;
    private LibvirtException? _down;
    private uint _typedParameterFlags;

    /// <summary>When the present channel was opened, and the attempts to connect again since one lived long enough.</summary>
    private long _opened;
    private int _attempts;
    private bool _disposed;

    public ConnectionCore(LibvirtUri uri, LibvirtConnectionOptions options, ILibvirtTransport transport)
    {
        Uri = uri;
        Options = options;
        _opener = new ChannelOpener(uri, options, transport);
        Events = new EventRouter(this);
        IsUnixSocket = transport is UnixTransport;
        IsPrivate = _opener.IsPrivate;
        LongCalls = new LongCallLimit(options.TimeProvider);
    }

    public bool IsUnixSocket { get; }

    /// <inheritdoc cref="ChannelOpener.IsPrivate"/>
    public bool IsPrivate { get; }

    /// <summary>Of calls that take long.</summary>
    public LongCallLimit LongCalls { get; }

    public LibvirtUri Uri { get; }

    public LibvirtConnectionOptions Options { get; }

    public EventRouter Events { get; }

    /// <summary>Completes, never faults, when the connection is gone for good.</summary>
    public Task<LibvirtException> Closed => _closed.Task;

    /// <inheritdoc cref="RpcChannel.TypedParameterFlags"/>
    /// <remarks>During an outage those of the channel before: it is the call that fails, with its name.</remarks>
    public uint TypedParameterFlags
    {
        get
        {
            lock (_gate)
                return _typedParameterFlags = _channel?.TypedParameterFlags ?? _typedParameterFlags;
        }
    }

    public RpcChannel Channel => Present(null);

    public RpcChannel ChannelFor(XdrWriter call) => Present(call);

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var events = new ChannelEvents(Options.Logger);
        _channel = await _opener.OpenAsync(events, cancellationToken).ConfigureAwait(false);
        await Events.UseAsync(events, _channel, cancellationToken).ConfigureAwait(false);
        _opened = Options.TimeProvider.GetTimestamp();
        _watching = WatchAsync(_channel);
    }

    public Task<RpcChannel> OpenStreamChannelAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(LibvirtConnection));
        return _opener.OpenForCallAsync(timeout, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
        }
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_channel is { } channel)
            await channel.DisposeAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _stop.Dispose();
    }

    private RpcChannel Present(XdrWriter? call)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(LibvirtConnection));
            return _channel ?? throw LibvirtException.ConnectionLost(call is null ? null : Programs.Name(call.Program, call.Procedure), _down!);
        }
    }

    /// <summary>Waits for the channel's end and, if it is to be, opens another, until the connection is disposed or given up.</summary>
    private async Task WatchAsync(RpcChannel channel)
    {
        while (true)
        {
            LibvirtException reason = await channel.Closed.ConfigureAwait(false);
            if (Options.TimeProvider.GetElapsedTime(_opened) >= Options.Reconnect?.MaxDelay)
                _attempts = 0;
            lock (_gate)
            {
                _channel = null;
                _down = Options.Reconnect is null ? reason : Transient(reason);
            }
            await channel.DisposeAsync().ConfigureAwait(false);
            RpcChannel? next = Options.Reconnect is { } reconnect && !_stop.IsCancellationRequested
                ? await ReconnectAsync(reconnect, reason).ConfigureAwait(false)
                : null;
            if (next is null)
            {
                LibvirtException last = Options.Reconnect is null ? reason : _stop.IsCancellationRequested ? RpcChannel.Disposed() : GivenUp(reason);
                lock (_gate)
                    _down = last;
                Events.Close(last);
                _closed.TrySetResult(last);
                return;
            }
            channel = next;
        }
    }

    private async Task<RpcChannel?> ReconnectAsync(LibvirtReconnectOptions reconnect, LibvirtException reason)
    {
        LibvirtLog.Reconnecting(Options.Logger, Uri, reason.Message);
        while (reconnect.MaxAttempts is not { } most || _attempts < most)
        {
            // One that came up and went down again at once is no better than one that failed.
            if (_attempts > 0 && !await DelayAsync(reconnect.DelayAfter(_attempts)).ConfigureAwait(false))
                return null;
            _attempts++;
            RpcChannel? channel = null;
            try
            {
                var events = new ChannelEvents(Options.Logger);
                channel = await _opener.OpenAsync(events, _stop.Token).ConfigureAwait(false);
                await Events.UseAsync(events, channel, _stop.Token).ConfigureAwait(false);
                _opened = Options.TimeProvider.GetTimestamp();
                lock (_gate)
                {
                    ObjectDisposedException.ThrowIf(_disposed, typeof(LibvirtConnection));
                    _channel = channel;
                }
                Events.Resync(LibvirtResyncReason.Reconnected);
                LibvirtLog.Reconnected(Options.Logger, Uri, _attempts);
                return channel;
            }
            catch (Exception error)
            {
                if (channel is not null)
                    await channel.DisposeAsync().ConfigureAwait(false);
                if (_stop.IsCancellationRequested)
                    return null;
                LibvirtLog.ReconnectFailed(Options.Logger, Uri, _attempts, error.Message);
            }
        }
        return null;
    }

    private async Task<bool> DelayAsync(TimeSpan delay)
    {
        await Task.Delay(delay, Options.TimeProvider, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !_stop.IsCancellationRequested;
    }

    private static LibvirtException Transient(LibvirtException reason) =>
        new(reason.Code, reason.Domain, reason.Message, reason) { IsTransient = true, IsConnectionLost = true };

    /// <summary>No call will succeed any more: whoever tries again while it is transient must come to an end.</summary>
    private static LibvirtException GivenUp(LibvirtException reason) =>
        new(reason.Code, reason.Domain, $"Reconnecting was given up. {reason.Message}", reason) { IsTransient = false, IsConnectionLost = true };
}
