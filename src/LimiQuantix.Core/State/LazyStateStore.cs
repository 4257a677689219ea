using System.Runtime.CompilerServices;
using LimiQuantix.State;

namespace LimiQuantix.Core.State;

/// <summary>The configured state store, opened at its first use, so that building a host touches no file.</summary>
internal sealed class LazyStateStore(Func<CancellationToken, ValueTask<IStateStore>> open) : IStateStore
{
    private IStateStore? _opened;

    /// <summary>The store's own; <see langword="null"/> until it has been used once, because nobody knows what it will be.</summary>
    public T? GetCapability<T>() where T : class => Volatile.Read(ref _opened)?.GetCapability<T>();

    public async Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default)
    {
        try
        {
            var store = await OpenAsync(cancellationToken).ConfigureAwait(false);
            return await store.CheckHealthAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (LimiQuantixException exception)
        {
            return new ProviderHealth { Status = ProviderHealthStatus.Unhealthy, Description = exception.Message, Error = exception.Error };
        }
    }

    public async Task<StateEntry?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        var store = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await store.GetAsync(key, cancellationToken).ConfigureAwait(false);
    }

    public async Task<StatePage> ListAsync(StateQuery query, CancellationToken cancellationToken = default)
    {
        var store = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await store.ListAsync(query, cancellationToken).ConfigureAwait(false);
    }

    public async Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken = default)
    {
        var store = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await store.CommitAsync(transaction, cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<StateChange> WatchAsync(
        string prefix, string? after = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var store = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var change in store.WatchAsync(prefix, after, cancellationToken).ConfigureAwait(false)) yield return change;
    }

    public async Task<StateLease?> AcquireLeaseAsync(
        string name, string holder, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        var store = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await store.AcquireLeaseAsync(name, holder, duration, cancellationToken).ConfigureAwait(false);
    }

    public async Task ReleaseLeaseAsync(StateLease lease, CancellationToken cancellationToken = default)
    {
        var store = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await store.ReleaseLeaseAsync(lease, cancellationToken).ConfigureAwait(false);
    }

    public async Task<bool> ForgetOutcomesAsync(DateTimeOffset before, StateLease fence, CancellationToken cancellationToken = default)
    {
        var store = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await store.ForgetOutcomesAsync(before, fence, cancellationToken).ConfigureAwait(false);
    }

    public async Task<long> RaiseEraAsync(long above = 0, CancellationToken cancellationToken = default)
    {
        var store = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await store.RaiseEraAsync(above, cancellationToken).ConfigureAwait(false);
    }

    // The provider instances own the store.
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask<IStateStore> OpenAsync(CancellationToken cancellationToken)
    {
        var store = await open(cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _opened, store);
        return store;
    }
}
