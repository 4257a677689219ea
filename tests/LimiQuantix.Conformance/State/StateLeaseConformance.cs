using LimiQuantix.State;
using NUnit.Framework;

namespace LimiQuantix.Conformance.State;

/// <summary>The promises of leases and fences, whatever store keeps them.</summary>
public abstract class StateLeaseConformance(Func<StateStoreUnderTest> create) : StateConformance(create)
{
    private static readonly TimeSpan Ten = TimeSpan.FromSeconds(10);

    [Test]
    public async Task Lease_is_one_holders_and_taken_over_when_it_was_seen_unchanged_for_its_duration()
    {
        var first = await TakenAsync("one");
        Assert.That(await TryAsync("two"), Is.Null);
        Assert.That(await Store.AcquireLeaseAsync("other", "two", Ten), Is.Not.Null);
        Advance(9.9);
        Assert.That(await TryAsync("two"), Is.Null);
        Advance(0.2);
        var second = await TakenAsync("two");

        Assert.That(second.Token, Is.GreaterThan(first.Token));
        Assert.That(await TryAsync("one"), Is.Null);
    }

    [Test]
    public async Task Contender_counts_from_what_it_saw_itself_however_long_the_lease_is_there()
    {
        await TakenAsync("one");
        Advance(1000);
        Assert.That(await TryAsync("two"), Is.Null, "it has just seen it for the first time");
        Advance(5);
        Assert.That(await TryAsync("three"), Is.Null, "what another contender saw does not count");
        Advance(5.1);
        Assert.That(await TryAsync("three"), Is.Null);
        Assert.That(await TryAsync("two"), Is.Not.Null);
    }

    [Test]
    public async Task Renewal_that_a_contender_missed_is_seen_all_the_same()
    {
        var first = await TakenAsync("one");
        Assert.That(await TryAsync("two"), Is.Null);
        Advance(9);
        var renewed = await TakenAsync("one");
        // As if the contender had been frozen: it looks again after a long time.
        Advance(9);
        Assert.That(await TryAsync("two"), Is.Null);
        Advance(9);
        Assert.That(await TryAsync("two"), Is.Null);
        Advance(1.1);
        Assert.That(await TryAsync("two"), Is.Not.Null);
        Assert.That(renewed.Token, Is.EqualTo(first.Token));
    }

    [Test]
    public async Task Contender_goes_by_the_holders_duration_and_not_by_its_own()
    {
        await Store.AcquireLeaseAsync("engine", "one", TimeSpan.FromMinutes(1));
        Assert.That(await TryAsync("two"), Is.Null);
        Advance(59);
        Assert.That(await TryAsync("two"), Is.Null);
        Advance(2);
        Assert.That(await TryAsync("two"), Is.Not.Null);
    }

    [Test]
    public async Task Lease_that_nobody_wanted_stays_its_holders_however_late_it_is_renewed()
    {
        var first = await TakenAsync("one");
        Advance(1000);
        var renewed = await TakenAsync("one");

        Assert.That(renewed, Is.EqualTo(first));
        Assert.That((await FencedAsync(first)).IsCommitted, Is.True);
    }

    [Test]
    public async Task Released_lease_is_free_at_once_and_its_token_still_grows()
    {
        var first = await TakenAsync("one");
        await Store.ReleaseLeaseAsync(first);
        Assert.That((await FencedAsync(first)).IsFenced, Is.True, "nobody has it");
        var second = await TakenAsync("two");
        await Store.ReleaseLeaseAsync(first);

        Assert.That(second.Token, Is.GreaterThan(first.Token));
        Assert.That(await TryAsync("one"), Is.Null, "a foreign release does nothing");
    }

    [Test]
    public async Task Fence_refuses_the_old_holder_and_nothing_is_changed()
    {
        var old = await TakenAsync("one");
        Assert.That((await FencedAsync(old)).IsCommitted, Is.True);
        Assert.That(await TryAsync("two"), Is.Null);
        Advance(11);
        Assert.That((await FencedAsync(old)).IsCommitted, Is.True, "nobody has taken over yet");
        var current = await TakenAsync("two");
        var taken = await Store.CommitAsync(new StateTransaction { Mutations = [Put("late", "x")], Fence = old });

        Assert.That(taken, Has.Property("IsCommitted").False.And.Property("IsFenced").True);
        Assert.That(await Store.GetAsync("late"), Is.Null);
        Assert.That((await FencedAsync(current)).IsCommitted, Is.True);
        Assert.That((await FencedAsync(current with { Holder = "one" })).IsFenced, Is.True);
        Assert.That((await FencedAsync(current with { Token = current.Token + 1 })).IsFenced, Is.True);
        Assert.That((await FencedAsync(current with { Name = "other" })).IsFenced, Is.True);
        Assert.That((await FencedAsync(current with { Era = current.Era + 1 })).IsFenced, Is.True);
    }

    [Test]
    public async Task One_of_many_that_contend_gets_a_free_lease()
    {
        var tries = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => TryAsync($"holder-{i}"))));

        Assert.That(tries.Count(lease => lease is not null), Is.EqualTo(1));
    }

    private Task<StateLease?> TryAsync(string holder) => Store.AcquireLeaseAsync("engine", holder, Ten);

    private async Task<StateLease> TakenAsync(string holder)
    {
        var lease = await TryAsync(holder);
        Assert.That(lease, Is.Not.Null);
        return lease!;
    }

    private Task<StateCommit> FencedAsync(StateLease fence) =>
        Store.CommitAsync(new StateTransaction { Mutations = [Put($"fenced/{fence.Token}", "x")], Fence = fence });
}
