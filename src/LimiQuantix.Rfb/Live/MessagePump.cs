using LimiQuantix.Rfb.IO;
using LimiQuantix.Rfb.Messages;

namespace LimiQuantix.Rfb.Live;

/// <summary>Someone who waits for messages. Called by the pump, one message at a time, while nothing else touches the desktop.</summary>
internal interface IMessageListener
{
    /// <summary>Takes note of a message, and tells whether to go on listening.</summary>
    bool Hear(ServerMessage message);

    /// <summary>The connection is over.</summary>
    void Fail(Exception failure);
}

/// <summary>
/// Reads the server's messages for as long as anyone listens, and no longer: a client that nobody asks for anything costs nothing,
/// and what a server sends waits where flow control holds it.
/// </summary>
internal sealed class MessagePump(RfbReader reader, ServerMessageReceiver receiver, Func<byte[], CancellationToken, ValueTask> send) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<IMessageListener> _listeners = [];
    private readonly CancellationTokenSource _closing = new();
    private readonly SemaphoreSlim _desk = new(1, 1);
    private Task _running = Task.CompletedTask;
    private bool _isRunning;
    private Exception? _failure;

    /// <summary>Why the connection is over; null while it is not.</summary>
    public Exception? Failure
    {
        get
        {
            lock (_gate)
                return _failure;
        }
    }

    /// <summary>Adds a listener. It hears from the next message on, as soon as <see cref="Run"/> is called or if the pump runs already.</summary>
    public void Listen(IMessageListener listener)
    {
        Exception? failure;
        lock (_gate)
        {
            failure = _failure;
            if (failure is null)
                _listeners.Add(listener);
        }
        if (failure is not null)
            listener.Fail(Over(failure));
    }

    /// <summary>Sees to it that messages are read while anyone listens.</summary>
    public void Run()
    {
        lock (_gate)
        {
            if (_isRunning || _listeners.Count == 0 || _failure is not null)
                return;
            _isRunning = true;
            _running = Task.Run(RunAsync);
        }
    }

    public void Leave(IMessageListener listener)
    {
        lock (_gate)
            _listeners.Remove(listener);
    }

    /// <summary>Looks at the desktop between two messages.</summary>
    public async Task<T> LookAsync<T>(Func<T> look, CancellationToken ct)
    {
        await _desk.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return look();
        }
        finally
        {
            _desk.Release();
        }
    }

    /// <summary>Ends the connection: whoever listens is told.</summary>
    public void Fail(Exception failure)
    {
        IMessageListener[] listeners;
        lock (_gate)
        {
            _failure ??= failure;
            listeners = [.. _listeners];
            _listeners.Clear();
        }
        Array.ForEach(listeners, listener => listener.Fail(failure));
    }

    public async ValueTask DisposeAsync()
    {
        Fail(Disposed());
        await _closing.CancelAsync().ConfigureAwait(false);
        Task running;
        lock (_gate)
            running = _running;
        await running.ConfigureAwait(false);
    }

    public static RfbException Over(Exception failure) =>
        new(RfbErrorCode.ConnectionClosed, "The connection is over: it was disposed, or an earlier call failed.", failure);

    private static RfbException Disposed() => new(RfbErrorCode.ConnectionClosed, "The client was disposed.");

    private async Task RunAsync()
    {
        try
        {
            while (Continues())
            {
                await reader.WaitAsync(_closing.Token).ConfigureAwait(false);
                if (!Continues())
                    return;
                await _desk.WaitAsync(_closing.Token).ConfigureAwait(false);
                ServerMessage message;
                try
                {
                    message = await receiver.ReceiveAsync(_closing.Token).ConfigureAwait(false);
                    Tell(message);
                }
                finally
                {
                    _desk.Release();
                }
                foreach (var reply in message.Replies)
                    await send(reply, _closing.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            Fail(Disposed());
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    /// <summary>Whether anyone listens; when not, the pump is no longer running, in the same moment.</summary>
    private bool Continues()
    {
        lock (_gate)
            return _isRunning = _listeners.Count > 0 && _failure is null;
    }

    private void Tell(ServerMessage message)
    {
        IMessageListener[] listeners;
        lock (_gate)
            listeners = [.. _listeners];
        foreach (var listener in listeners)
        {
            if (!listener.Hear(message))
                Leave(listener);
        }
    }
}
