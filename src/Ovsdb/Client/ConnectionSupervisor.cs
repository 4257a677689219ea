namespace Ovsdb.Client;

/// <summary>
/// Keeps one connection to a server that can be used: tries the endpoints in turn, sets up what the client has, and begins again when it
/// ends. Rounds in vain are apart by growing delays, also when every server can be reached and none leads.
/// </summary>
internal sealed class ConnectionSupervisor(
    OvsdbClientOptions options, IReadOnlyList<OvsdbEndpoint> endpoints, Func<ClientSession, CancellationToken, Task> setUp, Action<ClientSession> lost, Action<OvsdbException> gaveUp)
    : IAsyncDisposable
{
    private static readonly TimeSpan GoodLife = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource<ClientSession> _ready = NewReady();
    private ClientSession? _current;
    private OvsdbException? _lastFailure;
    private TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Guid? _cluster;
    private long _clusterIndex;
    private Task _running = Task.CompletedTask;

    /// <summary>The connection there is now, or null.</summary>
    public ClientSession? Current
    {
        get
        {
            lock (_lock)
                return _current is { IsUsable: true } ? _current : null;
        }
    }

    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Waits for a connection.</summary>
    /// <exception cref="OvsdbException">There is none in time, the database is another than expected, or the client has given up.</exception>
    public async ValueTask<ClientSession> GetAsync(string purpose, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (Current is { } now)
            return now;
        using var deadline = new CancellationTokenSource(timeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            while (true)
            {
                Task<ClientSession> ready;
                Task failed;
                lock (_lock)
                {
                    // A server with another schema stays one; waiting would only hide it.
                    if (!_ready.Task.IsCompleted && _lastFailure is { Kind: OvsdbErrorKind.Schema } other)
                        throw new OvsdbException(other.Kind, other.Message, other);
                    ready = _ready.Task;
                    failed = _failed.Task;
                }

                await Task.WhenAny(ready, failed).WaitAsync(either.Token).ConfigureAwait(false);
                if (!ready.IsCompleted)
                    continue;
                ClientSession session = await ready.ConfigureAwait(false);
                if (session.IsUsable)
                    return session;
                await session.Retired.WaitAsync(either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            OvsdbException late = OvsdbException.Late(purpose, timeout, sent: false);
            throw _lastFailure is { } why ? new OvsdbException(late.Kind, $"{late.Message} The last attempt: {why.Message}", why) : late;
        }
    }

    /// <summary>Waits for the first connection; not longer than one round of the endpoints when none of them can be reached at all.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        Start();
        await GetAsync("the database", options.CallTimeout, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        End(new ObjectDisposedException(nameof(OvsdbClient)));
    }

    private static TaskCompletionSource<ClientSession> NewReady() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        // Any member serves who need not lead: the clients spread over them.
        int failures = 0, next = options.LeaderOnly ? 0 : Random.Shared.Next(endpoints.Count);
        bool isWorthWaiting = false;
        try
        {
            while (true)
            {
                OvsdbEndpoint endpoint = endpoints[next % endpoints.Count];
                (OvsdbException reason, TimeSpan? lived) = await LiveAsync(endpoint).ConfigureAwait(false);
                isWorthWaiting |= reason.IsNotUsableYet || lived is not null;
                failures = lived >= GoodLife ? 1 : failures + 1;
                next++;
                if (!isWorthWaiting && failures >= endpoints.Count)
                {
                    // Nobody is there at all, or none that fits: whoever opens the client is told now.
                    GiveUp(failures / endpoints.Count, reason);
                    return;
                }

                if (failures % endpoints.Count != 0)
                    continue;
                int rounds = failures / endpoints.Count;
                if (options.Reconnect.MaxRounds is { } most && rounds >= most)
                {
                    GiveUp(rounds, reason);
                    return;
                }

                await Task.Delay(options.Reconnect.DelayAfter(rounds), options.TimeProvider, _stopping.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The client is disposed.
        }
    }

    /// <summary>One connection from its beginning to its end; how long it could be used, null when it never could.</summary>
    private async Task<(OvsdbException Reason, TimeSpan? Lived)> LiveAsync(OvsdbEndpoint endpoint)
    {
        ClientSession? session = null;
        bool published = false;
        try
        {
            session = await ClientSession.OpenAsync(endpoint, options, _stopping.Token).ConfigureAwait(false);
            RefuseStale(session);
            await setUp(session, _stopping.Token).ConfigureAwait(false);
            lock (_lock)
            {
                _lastFailure = null;
                _current = session;
                _ready.TrySetResult(session);
            }

            published = true;
            long began = options.TimeProvider.GetTimestamp();
            OvsdbLog.Connected(options.Logger, options.Database, endpoint);
            OvsdbException reason = await session.Rpc.Closed.WaitAsync(_stopping.Token).ConfigureAwait(false);
            OvsdbLog.Reconnecting(options.Logger, options.Database, endpoint, reason.Message);
            Note(reason);
            return (reason, options.TimeProvider.GetElapsedTime(began));
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            OvsdbLog.AttemptFailed(options.Logger, options.Database, endpoint, e.Message);
            // Whatever it was: another attempt is made, as nobody else would make one.
            OvsdbException failure = e as OvsdbException ?? OvsdbException.Connection($"{endpoint} cannot be used: {e.Message}", e);
            Note(failure);
            return (failure, null);
        }
        finally
        {
            if (session is not null)
            {
                Remember(session);
                if (published)
                {
                    lock (_lock)
                    {
                        _current = null;
                        _ready = NewReady();
                    }
                }

                await session.DisposeAsync().ConfigureAwait(false);
                lost(session);
            }
        }
    }

    private void Note(OvsdbException failure)
    {
        TaskCompletionSource told;
        lock (_lock)
        {
            _lastFailure = failure;
            told = _failed;
            _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        told.TrySetResult();
    }

    /// <summary>A member that has not yet what another had would take the client back in time.</summary>
    private void RefuseStale(ClientSession session)
    {
        if (session.Database is { ClusterId: { } cluster } database && cluster == _cluster && database.LogIndex < _clusterIndex)
            throw new OvsdbException(OvsdbErrorKind.Connection, $"The server at {session.Endpoint} cannot be used: its data is older than what was read already.") { IsNotUsableYet = true };
    }

    private void Remember(ClientSession session)
    {
        if (session.Database is not { ClusterId: { } cluster } database)
            return;
        _clusterIndex = cluster == _cluster ? Math.Max(_clusterIndex, database.LogIndex) : database.LogIndex;
        _cluster = cluster;
    }

    private void GiveUp(int rounds, OvsdbException reason)
    {
        OvsdbLog.GaveUp(options.Logger, options.Database, rounds, reason.Message);
        var failure = new OvsdbException(reason.Kind, reason.Message, reason);
        End(failure);
        gaveUp(failure);
    }

    private void End(Exception failure)
    {
        lock (_lock)
        {
            if (_ready.Task.IsCompleted)
                _ready = NewReady();
            _ready.TrySetException(failure);
            _ = _ready.Task.Exception;
        }
    }
}
