using LimiQuantix.State;

namespace LimiQuantix.Core.Tests.State;

/// <summary>The promises of leases and fences, whatever store keeps them.</summary>
[TestFixture(StateStoreKind.InMemory)]
[TestFixture(StateStoreKind.Decorated)]
[TestFixture(StateStoreKind.Sqlite)]
internal sealed class StateLeaseConformance(StateStoreKind kind) : StateStoreFixture(kind)
{
    [Test]
    public async Task Lease_is_one_holders_until_it_lapses_and_its_token_grows()
    {
        var first = (await Store.AcquireLeaseAsync("engine", "one", TimeSpan.FromSeconds(10)))!;
        Assert.That(await Store.AcquireLeaseAsync("engine", "two", TimeSpan.FromSeconds(10)), Is.Null);
        Assert.That(await Store.AcquireLeaseAsync("other", "two", TimeSpan.FromSeconds(10)), Is.Not.Null);
        Clock.Advance(TimeSpan.FromSeconds(9));
        var renewed = (await Store.AcquireLeaseAsync("engine", "one", TimeSpan.FromSeconds(10)))!;
        Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.That(await Store.AcquireLeaseAsync("engine", "two", TimeSpan.FromSeconds(10)), Is.Null);
        Clock.Advance(TimeSpan.FromSeconds(2));
        var second = (await Store.AcquireLeaseAsync("engine", "two", TimeSpan.FromSeconds(10)))!;

        Assert.That(renewed.Token, Is.EqualTo(first.Token));
        Assert.That(renewed.ExpiresAt, Is.GreaterThan(first.ExpiresAt));
        Assert.That(second.Token, Is.GreaterThan(first.Token));
    }

    [Test]
    public async Task Lease_that_lapsed_is_a_new_one_even_for_its_former_holder()
    {
        var first = (await Store.AcquireLeaseAsync("engine", "one", TimeSpan.FromSeconds(10)))!;
        Clock.Advance(TimeSpan.FromSeconds(11));
        var second = (await Store.AcquireLeaseAsync("engine", "one", TimeSpan.FromSeconds(10)))!;

        Assert.That(second.Token, Is.GreaterThan(first.Token));
        Assert.That((await FencedAsync(first)).IsFenced, Is.True);
        Assert.That((await FencedAsync(second)).IsCommitted, Is.True);
    }

    [Test]
    public async Task Released_lease_is_free_at_once_and_its_token_still_grows()
    {
        var first = (await Store.AcquireLeaseAsync("engine", "one", TimeSpan.FromMinutes(10)))!;
        await Store.ReleaseLeaseAsync(first);
        var second = (await Store.AcquireLeaseAsync("engine", "two", TimeSpan.FromMinutes(10)))!;
        await Store.ReleaseLeaseAsync(first);

        Assert.That(second.Token, Is.GreaterThan(first.Token));
        Assert.That(await Store.AcquireLeaseAsync("engine", "one", TimeSpan.FromMinutes(10)), Is.Null, "a foreign release does nothing");
    }

    [Test]
    public async Task Fence_refuses_the_old_holder_and_nothing_is_changed()
    {
        var old = (await Store.AcquireLeaseAsync("engine", "one", TimeSpan.FromSeconds(10)))!;
        Assert.That((await FencedAsync(old)).IsCommitted, Is.True);
        Clock.Advance(TimeSpan.FromSeconds(11));
        var lapsed = await FencedAsync(old);
        var current = (await Store.AcquireLeaseAsync("engine", "two", TimeSpan.FromSeconds(10)))!;
        var taken = await FencedAsync(old);
        Assert.That(await Store.GetAsync("fenced/2"), Is.Null);
        var allowed = await FencedAsync(current);

        Assert.That(lapsed, Has.Property("IsCommitted").False.And.Property("IsFenced").True);
        Assert.That(taken, Has.Property("IsCommitted").False.And.Property("IsFenced").True);
        Assert.That(allowed.IsCommitted, Is.True);
    }

    private Task<StateCommit> FencedAsync(StateLease fence) =>
        Store.CommitAsync(new StateTransaction { Mutations = [Put($"fenced/{fence.Token}", "x")], Fence = fence });
}
