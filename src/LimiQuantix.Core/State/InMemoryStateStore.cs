using System.Runtime.CompilerServices;
using LimiQuantix.State;

namespace LimiQuantix.Core.State;

/// <summary>The state contract in memory, for tests and for hosts that want nothing to last.</summary>
/// <param name="timeProvider">The clock of the leases.</param>
/// <param name="keptChanges">How many changes a watch can look back.</param>
internal sealed class InMemoryStateStore(TimeProvider timeProvider, int keptChanges = 10_000) : IStateStore
{
    private const int WatchBatch = 256;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, InMemoryEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, InMemoryLease> _leases = new(StringComparer.Ordinal);
    private readonly Queue<StateChange> _changes = new();
    private readonly RevisionSignal _signal = new();
    private long _revision;
    private long _forgotten;

    /// <inheritdoc/>
    public T? GetCapability<T>() where T : class => null;

    /// <inheritdoc/>
    public Task<ProviderHealth> CheckHealthAsync(CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _signal.Close();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<StateEntry?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        StateKey.Validate(key);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate) return Task.FromResult(_entries.GetValueOrDefault(key)?.Entry);
    }

    /// <inheritdoc/>
    public Task<StatePage> ListAsync(StateQuery query, CancellationToken cancellationToken = default)
    {
        StateBounds.Validate(query);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            List<StateEntry> found = [.. _entries.Values.Where(entry => Matches(entry, query)).Take(query.Limit + 1).Select(entry => entry.Entry)];
            var more = found.Count > query.Limit;
            if (more) found.RemoveAt(query.Limit);
            return Task.FromResult(new StatePage { Entries = found, Revision = _revision, Continuation = more ? found[^1].Key : null });
        }
    }

    /// <inheritdoc/>
    public Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken = default)
    {
        StateBounds.Validate(transaction);
        cancellationToken.ThrowIfCancellationRequested();
        StateCommit commit;
        lock (_gate) commit = Commit(transaction);
        _signal.Advance(commit.Revision);
        return Task.FromResult(commit);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StateChange> WatchAsync(
        string prefix, long? afterRevision = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        StateKey.ValidatePrefix(prefix);
        long cursor;
        lock (_gate) cursor = afterRevision ?? _revision;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<StateChange> batch;
            lock (_gate)
            {
                if (cursor < _forgotten) throw StateErrors.RevisionTooOld(cursor, _forgotten);
                // Whole revisions only: the cursor cannot stand inside one.
                var last = _changes.Where(change => change.Revision > cursor).Take(WatchBatch).LastOrDefault()?.Revision ?? cursor;
                batch = [.. _changes.Where(change => change.Revision > cursor && change.Revision <= last)];
            }

            foreach (var change in batch)
            {
                if (change.Key.StartsWith(prefix, StringComparison.Ordinal)) yield return change;
            }

            if (batch.Count > 0) cursor = batch[^1].Revision;
            else await _signal.WaitBeyondAsync(cursor, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task<StateLease?> AcquireLeaseAsync(
        string name, string holder, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        StateBounds.ValidateLease(name, holder, duration);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var now = timeProvider.GetUtcNow();
            if (!_leases.TryGetValue(name, out var lease)) _leases[name] = lease = new InMemoryLease();
            var isHeld = lease.Holder is not null && lease.ExpiresAt > now;
            if (isHeld && lease.Holder != holder) return Task.FromResult<StateLease?>(null);
            // A lease that lapsed is lost even when its holder comes back first: what it does under the old token is refused.
            if (!isHeld) lease.Token++;
            lease.Holder = holder;
            lease.ExpiresAt = now + duration;
            return Task.FromResult<StateLease?>(new StateLease { Name = name, Holder = holder, Token = lease.Token, ExpiresAt = lease.ExpiresAt });
        }
    }

    /// <inheritdoc/>
    public Task ReleaseLeaseAsync(StateLease lease, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_leases.TryGetValue(lease.Name, out var held) && held.Holder == lease.Holder && held.Token == lease.Token) held.Holder = null;
        }

        return Task.CompletedTask;
    }

    private StateCommit Commit(StateTransaction transaction)
    {
        if (transaction.Fence is { } fence && !IsHeld(fence)) return new StateCommit { IsCommitted = false, Revision = _revision, IsFenced = true };
        foreach (var condition in transaction.Conditions)
        {
            var version = _entries.GetValueOrDefault(condition.Key)?.Entry.Version ?? 0;
            if (version != condition.ExpectedVersion) return new StateCommit { IsCommitted = false, Revision = _revision, FailedKey = condition.Key };
        }

        var revision = _revision + 1;
        foreach (var mutation in transaction.Mutations)
        {
            if (Apply(mutation, revision) is not { } change) continue;
            _revision = revision;
            _changes.Enqueue(change);
        }

        while (_changes.Count > keptChanges) _forgotten = _changes.Dequeue().Revision;
        return new StateCommit { IsCommitted = true, Revision = _revision };
    }

    private StateChange? Apply(StateMutation mutation, long revision)
    {
        if (mutation.Value is not { } value)
        {
            return _entries.Remove(mutation.Key) ? new StateChange { Key = mutation.Key, Revision = revision } : null;
        }

        // A copy: the caller may use its buffer again.
        var entry = new StateEntry { Key = mutation.Key, Value = value.ToArray(), Version = revision };
        _entries[mutation.Key] = new InMemoryEntry { Entry = entry, Indexes = mutation.Indexes.ToDictionary() };
        return new StateChange { Key = mutation.Key, Revision = revision, Entry = entry };
    }

    private bool IsHeld(StateLease fence) =>
        _leases.TryGetValue(fence.Name, out var lease) && lease.Holder == fence.Holder && lease.Token == fence.Token
        && lease.ExpiresAt > timeProvider.GetUtcNow();

    private static bool Matches(InMemoryEntry entry, StateQuery query) =>
        entry.Entry.Key.StartsWith(query.Prefix, StringComparison.Ordinal)
        && (query.Continuation is null || string.CompareOrdinal(entry.Entry.Key, query.Continuation) > 0)
        && (query.IndexName is null || (entry.Indexes.TryGetValue(query.IndexName, out var value) && value == query.IndexValue));
}
