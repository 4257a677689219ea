using System.Runtime.CompilerServices;
using System.Text;
using LimiQuantix.State;

namespace LimiQuantix.Core.State;

/// <summary>The state contract in memory, for tests and for hosts that want nothing to last.</summary>
/// <param name="timeProvider">The monotonic clock of those who contend for leases.</param>
/// <param name="keptChanges">How many changes a watch can look back.</param>
/// <param name="firstEra">The era that it begins with.</param>
internal sealed class InMemoryStateStore(TimeProvider timeProvider, int keptChanges = 10_000, long firstEra = 1) : IStateStore
{
    private const int WatchBatch = 256;

    // A change's position is its revision * 128 + its place in the transaction, which has at most 100.
    private const int PositionsPerRevision = 128;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, InMemoryEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, InMemoryLease> _leases = new(StringComparer.Ordinal);
    private readonly LeaseObservations _observations = new(timeProvider);
    private readonly Dictionary<Guid, long> _outcomes = [];
    private readonly InMemoryChanges _changes = new(keptChanges);
    private readonly RevisionSignal _signal = new();
    private long _era = firstEra;
    private long _revision;
    private long _watermark;
    private bool _isDisposed;

    /// <inheritdoc/>
    public T? GetCapability<T>() where T : class => null;

    /// <inheritdoc/>
    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_gate) _isDisposed = true;
        _signal.Close();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<StateEntry?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        StateKey.Validate(key);
        return Do(() => _entries.GetValueOrDefault(key)?.Entry, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<StatePage> ListAsync(StateQuery query, CancellationToken cancellationToken = default)
    {
        StateBounds.Validate(query);
        return Do(() => List(query), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken = default)
    {
        var extent = StateBounds.Validate(transaction);
        var commit = await Do(() => Commit(transaction, extent), cancellationToken).ConfigureAwait(false);
        _signal.Advance(commit.Revision);
        return commit;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StateChange> WatchAsync(
        string prefix, string? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        StateKey.ValidatePrefix(prefix);
        var cursor = await Do(() => after is null ? Now() : StateCursor.Parse(after), cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var batch = await Do(() => ChangesAfter(cursor), cancellationToken).ConfigureAwait(false);
            foreach (var (_, change) in batch)
            {
                if (change.Key.StartsWith(prefix, StringComparison.Ordinal)) yield return change;
            }

            if (batch.Count > 0) cursor = cursor with { Position = batch[^1].Position };
            else await _signal.WaitBeyondAsync(cursor.Position / PositionsPerRevision, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task<StateLease?> AcquireLeaseAsync(
        string name, string holder, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        StateBounds.ValidateLease(name, holder, duration);
        return Do(() => Acquire(name, holder, duration), cancellationToken);
    }

    /// <inheritdoc/>
    public Task ReleaseLeaseAsync(StateLease lease, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return Do(() => IsHeld(lease) ? _leases[lease.Name].Holder = null : null, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> ForgetOutcomesAsync(DateTimeOffset before, StateLease fence, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fence);
        return Do(() => Forget(before, fence), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<long> RaiseEraAsync(long above = 0, CancellationToken cancellationToken = default)
    {
        var (era, revision) = await Do(() => Raise(above), cancellationToken).ConfigureAwait(false);
        // Watches of the former era wake up and are told.
        _signal.Advance(revision);
        return era;
    }

    private Task<T> Do<T>(Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return Task.FromResult(work());
        }
    }

    private StatePage List(StateQuery query)
    {
        var after = Continuation.KeyAfter(query.Continuation, _era);
        List<StateEntry> found =
        [
            .. _entries.Values.Where(entry => Matches(entry, query, after)).Take(query.Limit + 1)
                .Select(entry => query.KeysOnly ? entry.Entry with { Value = default } : entry.Entry),
        ];
        var more = found.Count > query.Limit;
        if (more) found.RemoveAt(query.Limit);
        return new StatePage
        {
            Entries = found,
            Cursor = Now().ToString(),
            Era = _era,
            Continuation = more ? new Continuation(_era, found[^1].Key).ToString() : null,
        };
    }

    private StateCursor Now() => new(_era, EndOf(_revision));

    private List<(long Position, StateChange Change)> ChangesAfter(StateCursor cursor)
    {
        if (cursor.Era != _era || cursor.Position > EndOf(_revision)) throw StateErrors.OtherEra(cursor.Era, _era);
        if (cursor.Position < _changes.Forgotten) throw StateErrors.CursorTooOld();
        return _changes.After(cursor.Position, WatchBatch);
    }

    private StateCommit Commit(StateTransaction transaction, StateExtent extent)
    {
        if (_outcomes.TryGetValue(transaction.Id, out var made)) return new StateCommit { IsCommitted = true, Revision = made };
        if (TransactionId.TimeOf(transaction.Id) < _watermark) throw StateErrors.OutcomeForgotten(transaction, _watermark);
        if (transaction.Fence is { } fence && !IsHeld(fence)) return new StateCommit { IsCommitted = false, Revision = _revision, IsFenced = true };
        foreach (var condition in transaction.Conditions)
        {
            var version = _entries.GetValueOrDefault(condition.Key)?.Entry.Version ?? 0;
            if (version != condition.ExpectedVersion) return new StateCommit { IsCommitted = false, Revision = _revision, FailedKey = condition.Key };
        }

        foreach (var former in transaction.Mutations.Select(mutation => _entries.GetValueOrDefault(mutation.Key)).OfType<InMemoryEntry>())
        {
            foreach (var index in former.Indexes) extent.AddPair(former.Entry.Key, index.Name, Encoding.UTF8.GetByteCount(index.Value));
        }

        extent.Check();
        var revision = _revision + 1;
        var position = revision * PositionsPerRevision;
        foreach (var mutation in transaction.Mutations)
        {
            if (Apply(mutation, revision, position) is { } change) _changes.Add(position++, change);
        }

        if (position == revision * PositionsPerRevision) return new StateCommit { IsCommitted = true, Revision = _revision };
        _revision = revision;
        _outcomes[transaction.Id] = revision;
        return new StateCommit { IsCommitted = true, Revision = _revision };
    }

    private StateChange? Apply(StateMutation mutation, long revision, long position)
    {
        var cursor = new StateCursor(_era, position).ToString();
        if (mutation.Value is not { } value)
        {
            return _entries.Remove(mutation.Key) ? new StateChange { Key = mutation.Key, Revision = revision, Cursor = cursor } : null;
        }

        // A copy: the caller may use its buffer again.
        var entry = new StateEntry { Key = mutation.Key, Value = value.ToArray(), Version = revision };
        _entries[mutation.Key] = new InMemoryEntry { Entry = entry, Indexes = [.. mutation.Indexes] };
        return new StateChange { Key = mutation.Key, Revision = revision, Cursor = cursor, Entry = entry };
    }

    private StateLease? Acquire(string name, string holder, TimeSpan duration)
    {
        if (!_leases.TryGetValue(name, out var lease)) _leases[name] = lease = new InMemoryLease();
        if (lease.Holder == holder)
        {
            lease.Renewal++;
        }
        else
        {
            if (lease.Holder is { } other && !_observations.HasLapsed(name, holder, new LeaseMark(other, lease.Token, lease.Renewal), lease.Duration)) return null;
            lease.Token++;
            lease.Renewal = 0;
            lease.Holder = holder;
        }

        _observations.Forget(name, holder);
        lease.Duration = duration;
        return new StateLease { Name = name, Holder = holder, Token = lease.Token, Era = _era };
    }

    private bool Forget(DateTimeOffset before, StateLease fence)
    {
        if (!IsHeld(fence)) return false;
        if (_outcomes.Count == 0) return true;
        _watermark = Math.Max(_watermark, TransactionId.Watermark(before, _outcomes.Keys.Max(TransactionId.TimeOf)));
        foreach (var id in _outcomes.Keys.Where(id => TransactionId.TimeOf(id) < _watermark).ToList()) _outcomes.Remove(id);
        return true;
    }

    private (long Era, long Revision) Raise(long above)
    {
        _era = StateBounds.NextEra(_era, above);
        _revision = StateBounds.FirstRevision(_era, _revision);
        _watermark = 0;
        _changes.Forget(EndOf(_revision));
        foreach (var lease in _leases.Values) lease.Holder = null;
        return (_era, _revision);
    }

    private bool IsHeld(StateLease fence) =>
        fence.Era == _era && _leases.TryGetValue(fence.Name, out var lease) && lease.Holder == fence.Holder && lease.Token == fence.Token;

    private static long EndOf(long revision) => (revision + 1) * PositionsPerRevision - 1;

    private static bool Matches(InMemoryEntry entry, StateQuery query, string after) =>
        entry.Entry.Key.StartsWith(query.Prefix, StringComparison.Ordinal)
        && string.CompareOrdinal(entry.Entry.Key, after) > 0
        && (query.IndexName is null || HasIndex(entry, query.IndexName, query.IndexValue));

    // Asked of every entry of a list: a delegate for each would be most of what a list allocates.
    private static bool HasIndex(InMemoryEntry entry, string name, string? value)
    {
        foreach (var index in entry.Indexes)
        {
            if (index.Name == name && index.Value == value) return true;
        }

        return false;
    }
}
