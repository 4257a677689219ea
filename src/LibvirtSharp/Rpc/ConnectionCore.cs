using LibvirtSharp.Events;
using LibvirtSharp.Protocol;
using LibvirtSharp.Transports;

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
    private bool _disposed;

    public ConnectionCore(LibvirtUri uri, LibvirtConnectionOptions options, ILibvirtTransport transport)
    {
        Uri = uri;
        Options = options;
        _opener = new ChannelOpener(uri, options, transport);
        Events = new EventRouter(this);
        IsUnixSocket = transport is UnixTransport;
    }

    public bool IsUnixSocket { get; }

    public LibvirtUri Uri { get; }

    public LibvirtConnectionOptions Options { get; }

    public EventRouter Events { get; }

    /// <summary>Completes, never faults, when the connection is gone for good.</summary>
    public Task<LibvirtException> Closed => _closed.Task;

    public RpcChannel Channel
    {
        get
        {
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, typeof(LibvirtConnection));
                return _channel ?? throw LibvirtException.ConnectionLost("call", _down!);
            }
        }
    }

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        _channel = await _opener.OpenAsync(Events, cancellationToken).ConfigureAwait(false);
        _watching = WatchAsync(_channel);
    }

    public Task<RpcChannel> OpenStreamChannelAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(LibvirtConnection));
        return _opener.OpenAsync(null, cancellationToken);
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

    /// <summary>Waits for the channel's end and, if it is to be, opens another, until the connection is disposed or given up.</summary>
    private async Task WatchAsync(RpcChannel channel)
    {
        while (true)
        {
            LibvirtException reason = await channel.Closed.ConfigureAwait(false);
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
                Events.Close(reason);
                _closed.TrySetResult(reason);
                return;
            }
            channel = next;
        }
    }

    private async Task<RpcChannel?> ReconnectAsync(LibvirtReconnectOptions reconnect, LibvirtException reason)
    {
        LibvirtLog.Reconnecting(Options.Logger, Uri, reason.Message);
        for (int attempt = 1; reconnect.MaxAttempts is not { } most || attempt <= most; attempt++)
        {
            RpcChannel? channel = null;
            try
            {
                channel = await _opener.OpenAsync(Events, _stop.Token).ConfigureAwait(false);
                await Events.RegisterAgainAsync(new RemoteProgram(channel, Options.CallTimeout), new QemuProgram(channel, Options.CallTimeout), _stop.Token)
                    .ConfigureAwait(false);
                lock (_gate)
                {
                    ObjectDisposedException.ThrowIf(_disposed, typeof(LibvirtConnection));
                    _channel = channel;
                }
                Events.Resync(LibvirtResyncReason.Reconnected);
                LibvirtLog.Reconnected(Options.Logger, Uri, attempt);
                return channel;
            }
            catch (Exception error)
            {
                if (channel is not null)
                    await channel.DisposeAsync().ConfigureAwait(false);
                if (_stop.IsCancellationRequested)
                    return null;
                LibvirtLog.ReconnectFailed(Options.Logger, Uri, attempt, error.Message);
            }
            if (!await DelayAsync(reconnect.DelayAfter(attempt)).ConfigureAwait(false))
                return null;
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
}
