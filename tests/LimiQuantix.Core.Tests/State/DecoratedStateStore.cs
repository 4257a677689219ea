using LimiQuantix.State;

namespace LimiQuantix.Core.Tests.State;

/// <summary>A store behind another: a test can look at, hold up or fail every read and commit.</summary>
internal sealed class DecoratedStateStore(IStateStore inner) : IStateStore
{
    /// <summary>Called before a commit is passed on.</summary>
    public Func<StateTransaction, Task>? BeforeCommit { get; set; }

    /// <summary>Called before a key is read or keys are listed.</summary>
    public Func<Task>? BeforeRead { get; set; }

    /// <summary>Told of every key that is read, and of every prefix that is listed or watched.</summary>
    public Action<string>? Reading { get; set; }

    /// <summary>Called before a lease is asked for.</summary>
    public Func<Task>? BeforeLease { get; set; }

    public T? GetCapability<T>() where T : class => inner.GetCapability<T>();

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => inner.CheckHealthAsync(request, cancellationToken);

    public async Task<StateEntry?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        Reading?.Invoke(key);
        if (BeforeRead is { } before) await before();
        return await inner.GetAsync(key, cancellationToken);
    }

    public async Task<StatePage> ListAsync(StateQuery query, CancellationToken cancellationToken = default)
    {
        Reading?.Invoke(query.Prefix);
        if (BeforeRead is { } before) await before();
        return await inner.ListAsync(query, cancellationToken);
    }

    public async Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken = default)
    {
        if (BeforeCommit is { } before) await before(transaction);
        return await inner.CommitAsync(transaction, cancellationToken);
    }

    public IAsyncEnumerable<StateChange> WatchAsync(string prefix, string? after = null, CancellationToken cancellationToken = default)
    {
        Reading?.Invoke(prefix);
        return inner.WatchAsync(prefix, after, cancellationToken);
    }

    public async Task<StateLease?> AcquireLeaseAsync(
        string name, string holder, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        if (BeforeLease is { } before) await before();
        return await inner.AcquireLeaseAsync(name, holder, duration, cancellationToken);
    }

    public Task ReleaseLeaseAsync(StateLease lease, CancellationToken cancellationToken = default) => inner.ReleaseLeaseAsync(lease, cancellationToken);

    public Task<bool> ForgetOutcomesAsync(DateTimeOffset before, StateLease fence, CancellationToken cancellationToken = default) =>
        inner.ForgetOutcomesAsync(before, fence, cancellationToken);

    public Task<long> RaiseEraAsync(long above = 0, CancellationToken cancellationToken = default) => inner.RaiseEraAsync(above, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
