using LimiQuantix.State;

namespace LimiQuantix.Providers.Guards;

/// <summary>
/// A state store, guarded. Its commits are no provider calls of an operation: what they may do is said by the conditions in them, and
/// whether one took effect is found by reading.
/// </summary>
internal sealed class GuardedStateStore(IStateStore inner, ProviderGuard guard, GuardedCapabilities capabilities)
    : GuardedProvider(inner, guard, capabilities), IStateStore
{
    public Task<StateEntry?> GetAsync(string key, CancellationToken cancellationToken = default) =>
        Guard.FindAsync(token => inner.GetAsync(key, token), cancellationToken);

    public Task<StatePage> ListAsync(StateQuery query, CancellationToken cancellationToken = default) =>
        Guard.ReadAsync(token => inner.ListAsync(query, token), cancellationToken);

    public Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken = default) =>
        Guard.CommitAsync(token => inner.CommitAsync(transaction, token), cancellationToken);

    public IAsyncEnumerable<StateChange> WatchAsync(string prefix, string? after = null, CancellationToken cancellationToken = default) =>
        Guard.Watch(token => inner.WatchAsync(prefix, after, token), beginsAtOnce: false, cancellationToken);

    public Task<StateLease?> AcquireLeaseAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken = default) =>
        Guard.CommitOrNullAsync(token => inner.AcquireLeaseAsync(name, holder, duration, token), cancellationToken);

    public Task ReleaseLeaseAsync(StateLease lease, CancellationToken cancellationToken = default) =>
        Guard.CommitAsync(token => inner.ReleaseLeaseAsync(lease, token), cancellationToken);

    public Task<bool> ForgetOutcomesAsync(DateTimeOffset before, StateLease fence, CancellationToken cancellationToken = default) =>
        Guard.CommitAsync(token => inner.ForgetOutcomesAsync(before, fence, token), cancellationToken);

    public Task<long> RaiseEraAsync(long above = 0, CancellationToken cancellationToken = default) =>
        Guard.CommitAsync(token => inner.RaiseEraAsync(above, token), cancellationToken);
}
