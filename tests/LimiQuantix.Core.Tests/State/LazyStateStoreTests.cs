using LimiQuantix.Core.State;
using LimiQuantix.State;

namespace LimiQuantix.Core.Tests.State;

[TestFixture]
internal sealed class LazyStateStoreTests
{
    [Test]
    public async Task Capability_of_the_opened_store_is_given_and_asking_opens_nothing()
    {
        var opened = 0;
        await using var memory = new InMemoryStateStore(TimeProvider.System);
        await using var store = new LazyStateStore(_ =>
        {
            opened++;
            return ValueTask.FromResult<IStateStore>(new Capable(memory));
        });

        Assert.That(store.GetCapability<string>(), Is.Null);
        Assert.That(opened, Is.Zero);
        await store.GetAsync("a");
        Assert.That(store.GetCapability<string>(), Is.EqualTo("capability"));
        Assert.That(store.GetCapability<Version>(), Is.Null);
    }

    private sealed class Capable(IStateStore inner) : IStateStore
    {
        public T? GetCapability<T>() where T : class => "capability" as T;

        public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => inner.CheckHealthAsync(request, cancellationToken);

        public Task<StateEntry?> GetAsync(string key, CancellationToken cancellationToken = default) => inner.GetAsync(key, cancellationToken);

        public Task<StatePage> ListAsync(StateQuery query, CancellationToken cancellationToken = default) => inner.ListAsync(query, cancellationToken);

        public Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken = default) =>
            inner.CommitAsync(transaction, cancellationToken);

        public IAsyncEnumerable<StateChange> WatchAsync(string prefix, string? after = null, CancellationToken cancellationToken = default) =>
            inner.WatchAsync(prefix, after, cancellationToken);

        public Task<StateLease?> AcquireLeaseAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken = default) =>
            inner.AcquireLeaseAsync(name, holder, duration, cancellationToken);

        public Task ReleaseLeaseAsync(StateLease lease, CancellationToken cancellationToken = default) => inner.ReleaseLeaseAsync(lease, cancellationToken);

        public Task<bool> ForgetOutcomesAsync(DateTimeOffset before, StateLease fence, CancellationToken cancellationToken = default) =>
            inner.ForgetOutcomesAsync(before, fence, cancellationToken);

        public Task<long> RaiseEraAsync(long above = 0, CancellationToken cancellationToken = default) => inner.RaiseEraAsync(above, cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
