using LimiQuantix.Rfb.Messages;

namespace LimiQuantix.Rfb.Live;

/// <summary>
/// Follows the screen: draws together what messages bring until someone takes it, and asks for the next update only then, so that a
/// slow taker slows the server and not its own memory.
/// </summary>
internal sealed class ScreenWatcher(RfbClient client, bool continuous) : IMessageListener, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private ServerMessage _news = new();
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _failure;
    private bool _asked;
    private volatile bool _isContinuous;

    public bool Hear(ServerMessage message)
    {
        if (!message.HasNews && !message.IsUpdate)
            return true;
        // At once, whoever takes the news when: until then a server has updates for the old area only, and could starve a capture.
        if (message.Resized && _isContinuous)
            message.Replies.Add(ClientMessages.EnableContinuousUpdates(true, client.Desktop.Bounds));
        lock (_gate)
        {
            _news.Add(message);
            _arrived.TrySetResult();
        }
        return true;
    }

    public void Fail(Exception failure)
    {
        lock (_gate)
        {
            _failure ??= failure;
            _arrived.TrySetResult();
        }
    }

    /// <summary>Begins, with the whole picture or with what changes from now on.</summary>
    public async Task StartAsync(bool whole, CancellationToken ct)
    {
        client.Pump.Listen(this);
        await AskAsync(whole, ct).ConfigureAwait(false);
        client.Pump.Run();
    }

    /// <summary>What changed since the last call, as soon as anything did; null when nothing does for so long.</summary>
    public async Task<RfbChange?> NextAsync(TimeSpan patience, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(patience, client.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        while (true)
        {
            try
            {
                await Arrival().WaitAsync(linked.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return null;
            }
            var news = TakeNews();
            // The next update is asked for before this one is looked at: the two overlap, and no more than one is ahead.
            if (news.IsUpdate || news.Resized)
            {
                _asked = false;
                await AskAsync(news.Resized, ct).ConfigureAwait(false);
            }
            if (news.HasNews)
                return news.ToChange();
        }
    }

    public async ValueTask DisposeAsync()
    {
        client.Pump.Leave(this);
        if (!_isContinuous || client.Pump.Failure is not null)
            return;
        try
        {
            await client.WriteAsync(ClientMessages.EnableContinuousUpdates(false, default), CancellationToken.None).ConfigureAwait(false);
        }
        catch (RfbException)
        {
            // The connection is over, and with it the updates.
        }
    }

    private Task Arrival()
    {
        lock (_gate)
            return _arrived.Task;
    }

    private ServerMessage TakeNews()
    {
        lock (_gate)
        {
            if (_failure is not null && !_news.HasNews)
                throw _failure is RfbException ? _failure : MessagePump.Over(_failure);
            var news = _news;
            _news = new ServerMessage();
            if (_failure is null)
                _arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return news;
        }
    }

    private async ValueTask AskAsync(bool whole, CancellationToken ct)
    {
        var desktop = client.Desktop;
        if (continuous && desktop.SupportsContinuousUpdates && !_isContinuous)
        {
            await client.WriteAsync(ClientMessages.EnableContinuousUpdates(true, desktop.Bounds), ct).ConfigureAwait(false);
            (_isContinuous, _asked) = (true, false);
        }
        if (whole || !_asked && !_isContinuous)
            await client.RequestAsync(desktop.Bounds, incremental: !whole, ct).ConfigureAwait(false);
        _asked = true;
    }
}
