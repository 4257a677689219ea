using Ovsdb.Client;

namespace Ovsdb;

/// <summary>
/// A lock of the server (RFC 7047 sections 4.1.8 to 4.1.10), which one client at a time holds; those that wait get it in their order. It goes
/// with the connection, and is asked for again with the next one. <see cref="OvsdbTransaction.Assert"/> makes a transaction depend on it.
/// </summary>
public sealed class OvsdbLock : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly OvsdbClient _client;
    private ClientSession? _session;
    private CancellationTokenSource? _lost;
    private TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _disposed;

    internal OvsdbLock(OvsdbClient client, string name)
    {
        _client = client;
        Name = name;
    }

    /// <summary>The lock's name.</summary>
    public string Name { get; }

    /// <summary>Whether this client holds it now, as far as the server has told.</summary>
    public bool IsHeld
    {
        get
        {
            lock (_lock)
                return _lost is not null;
        }
    }

    /// <summary>Waits until this client holds it.</summary>
    /// <returns>A token that is cancelled when the lock is lost: stolen, given back, or gone with the connection.</returns>
    /// <exception cref="OvsdbException">The client gave up or was disposed.</exception>
    public async Task<CancellationToken> WaitAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task held;
            lock (_lock)
            {
                if (_lost is not null)
                    return _lost.Token;
                ObjectDisposedException.ThrowIf(_disposed, this);
                held = _held.Task;
            }

            await held.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes it from whoever holds it, who is told.</summary>
    /// <exception cref="OvsdbException">There is no connection in time.</exception>
    public Task StealAsync(CancellationToken cancellationToken = default) => _client.RequestLockAsync(this, steal: true, cancellationToken);

    /// <summary>Gives it back, or waits for it no longer.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        Lose(_session);
        await _client.ReleaseLockAsync(this).ConfigureAwait(false);
        Fail(OvsdbException.Connection("The lock was disposed."));
    }

    /// <summary>What the server says.</summary>
    internal void Set(ClientSession session, bool held)
    {
        if (!held)
        {
            Lose(session);
            return;
        }

        lock (_lock)
        {
            if (_disposed)
                return;
            _session = session;
            _lost ??= new CancellationTokenSource();
            _held.TrySetResult();
        }
    }

    /// <summary>It is held no longer; null whatever the connection.</summary>
    internal void Lose(ClientSession? session)
    {
        CancellationTokenSource? lost;
        lock (_lock)
        {
            if (_lost is null || (session is not null && session != _session))
                return;
            lost = _lost;
            _lost = null;
            _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _client.LockLost(this);
        // What the token's owners do must not hold up who receives.
        _ = Task.Run(async () =>
        {
            await lost.CancelAsync().ConfigureAwait(false);
            lost.Dispose();
        });
    }

    internal void Fail(OvsdbException reason)
    {
        lock (_lock)
        {
            _held.TrySetException(reason);
            _ = _held.Task.Exception;
        }
    }
}
