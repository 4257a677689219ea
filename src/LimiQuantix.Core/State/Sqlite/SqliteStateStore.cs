using System.Runtime.CompilerServices;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.State.Sqlite;

/// <summary>The state in one SQLite file, for one machine: several processes may use the file at once. Opened at the first call.</summary>
internal sealed partial class SqliteStateStore : IStateStore
{
    private static readonly TimeSpan PollRetry = TimeSpan.FromSeconds(5);

    private readonly SqliteStateOptions _options;
    private readonly SqliteDatabase _database;
    private readonly SqliteTransactions _transactions;
    private readonly SqliteLeases _leases;
    private readonly ILogger _logger;
    private readonly RevisionSignal _signal = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly RepeatedFailures _failures;
    private Task? _polling;
    private long _pollReads;

    /// <summary>Prepares a store; touches nothing.</summary>
    public SqliteStateStore(SqliteStateOptions options, TimeProvider timeProvider, ILogger<SqliteStateStore> logger)
        : this(options, timeProvider, logger, SqliteMigrations.All)
    {
    }

    /// <summary>Prepares a store with a schema of other steps, as an older or newer program has it.</summary>
    public SqliteStateStore(
        SqliteStateOptions options, TimeProvider timeProvider, ILogger<SqliteStateStore> logger, IReadOnlyList<SqliteMigration> migrations)
    {
        _options = options;
        _logger = logger;
        _database = new SqliteDatabase(options, migrations, timeProvider, logger);
        _transactions = new SqliteTransactions(options);
        _leases = new SqliteLeases(timeProvider);
        _failures = new RepeatedFailures(timeProvider);
    }

    /// <inheritdoc/>
    public T? GetCapability<T>() where T : class => null;

    /// <inheritdoc/>
    public async Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default)
    {
        try
        {
            await _database.ReadAsync(SqliteMeta.RevisionOf, cancellationToken).ConfigureAwait(false);
            if (!_database.IsOnReserve()) return ProviderHealth.Healthy;
            var noRoom = SqliteErrors.NoRoom(_options.Path);
            return new ProviderHealth { Status = ProviderHealthStatus.Degraded, Description = noRoom.Message, Error = noRoom.Error };
        }
        catch (LimiQuantixException e)
        {
            return new ProviderHealth { Status = ProviderHealthStatus.Unhealthy, Description = e.Message, Error = e.Error };
        }
    }

    /// <inheritdoc/>
    public Task<StateEntry?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        StateKey.Validate(key);
        return _database.ReadAsync(connection => SqliteQueries.Get(connection, key), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<StatePage> ListAsync(StateQuery query, CancellationToken cancellationToken = default)
    {
        StateBounds.Validate(query);
        return _database.ReadAsync(connection => SqliteQueries.List(connection, query), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken = default)
    {
        var extent = StateBounds.Validate(transaction);
        var commit = await _database.WriteAsync(connection => _transactions.Commit(connection, transaction, extent), cancellationToken)
            .ConfigureAwait(false);
        _signal.Advance(commit.Revision);
        return commit;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StateChange> WatchAsync(
        string prefix, string? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        StateKey.ValidatePrefix(prefix);
        var cursor = after is not null
            ? StateCursor.Parse(after)
            : await _database.ReadAsync(connection => SqliteMeta.Read(connection).Cursor, cancellationToken).ConfigureAwait(false);
        Poll();
        while (true)
        {
            var from = cursor;
            (var changes, cursor) = await _database.ReadAsync(connection => SqliteQueries.Changes(connection, prefix, from), cancellationToken)
                .ConfigureAwait(false);
            foreach (var change in changes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return change;
            }

            if (changes.Count > 0) continue;
            await _signal.WaitBeyondAsync(cursor.Position / SqliteMeta.SequencesPerRevision, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task<StateLease?> AcquireLeaseAsync(
        string name, string holder, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        StateBounds.ValidateLease(name, holder, duration);
        return _database.WriteAsync(connection => _leases.Acquire(connection, name, holder, duration), cancellationToken);
    }

    /// <inheritdoc/>
    public Task ReleaseLeaseAsync(StateLease lease, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return _database.WriteAsync(connection => (SqliteLeases.Release(connection, lease), true), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> ForgetOutcomesAsync(DateTimeOffset before, StateLease fence, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fence);
        return _database.WriteAsync(connection => SqliteTransactions.Forget(connection, before, fence), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<long> RaiseEraAsync(long above = 0, CancellationToken cancellationToken = default)
    {
        var meta = await _database.RaiseEraAsync(above, cancellationToken).ConfigureAwait(false);
        // Watches of the former era wake up and are told.
        _signal.Advance(meta.Revision);
        return meta.Era;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task? polling;
        lock (_gate)
        {
            if (_closing.IsCancellationRequested) return;
            _closing.Cancel();
            polling = _polling;
        }

        if (polling is not null) await polling.ConfigureAwait(false);
        _signal.Close();
        await _database.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    /// <summary>How often other processes' changes were read for.</summary>
    public long PollReads => Interlocked.Read(ref _pollReads);

    private void Poll()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            _polling ??= Task.Run(PollAsync, CancellationToken.None);
        }
    }

    // Other processes' changes: one small read for however many watches there are.
    private async Task PollAsync()
    {
        await foreach (var _ in new SqliteLookout(_options.Path, _options.WatchInterval).FollowAsync(_closing.Token).ConfigureAwait(false))
        {
            try
            {
                Interlocked.Increment(ref _pollReads);
                _signal.Advance(await _database.ReadAsync(SqliteMeta.RevisionOf, _closing.Token).ConfigureAwait(false));
                _failures.Forget(this);
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                // The lookout ends too.
            }
            catch (LimiQuantixException e)
            {
                var (level, trace, reason) = _failures.Judge(this, e);
                LogPollFailed(level, trace, reason, _options.Path);
                await Task.Delay(PollRetry, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(EventId = 1, Message = "The state file {Path} cannot be read for changes of other processes; it is tried again: {Reason}")]
    private partial void LogPollFailed(LogLevel level, Exception? exception, string reason, string path);
}
