using LimiQuantix.State;
using NUnit.Framework;

namespace LimiQuantix.Conformance.State;

/// <summary>The promise that a transaction is made once, however often it is asked for.</summary>
public abstract class StateOutcomeConformance(Func<StateStoreUnderTest> create) : StateConformance(create)
{
    private static readonly DateTimeOffset Start = new(2027, 5, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Same_id_again_gives_the_first_outcome_and_changes_nothing()
    {
        var transaction = new StateTransaction { Conditions = [Expect("a", 0)], Mutations = [Put("a", "1"), Put("b", "1")] };
        var first = await Store.CommitAsync(transaction);
        await PutAsync("a", "2");
        var again = await Store.CommitAsync(transaction);

        Assert.That(again, Is.EqualTo(first));
        Assert.That(Text(await Store.GetAsync("a")), Is.EqualTo("2"));
    }

    [Test]
    public async Task Outcome_is_given_also_when_the_fence_does_not_hold_any_more()
    {
        var lease = (await Store.AcquireLeaseAsync("engine", "one", TimeSpan.FromSeconds(10)))!;
        var transaction = new StateTransaction { Mutations = [Put("a", "1")], Fence = lease };
        var first = await Store.CommitAsync(transaction);
        await Store.ReleaseLeaseAsync(lease);

        Assert.That(await Store.CommitAsync(transaction), Is.EqualTo(first));
        Assert.That((await Store.CommitAsync(transaction with { Id = Guid.CreateVersion7() })).IsFenced, Is.True);
    }

    [Test]
    public async Task What_was_refused_is_judged_anew()
    {
        var transaction = new StateTransaction { Conditions = [Expect("a", 0)], Mutations = [Put("a", "2")] };
        await PutAsync("a", "1");
        Assert.That((await Store.CommitAsync(transaction)).FailedKey, Is.EqualTo("a"));
        await DeleteAsync("a");

        Assert.That((await Store.CommitAsync(transaction)).IsCommitted, Is.True);
    }

    [Test]
    public async Task One_id_asked_for_by_many_at_once_is_made_once()
    {
        var before = await PutAsync("before", "x");
        var transaction = new StateTransaction { Mutations = [Put("a", "1")] };
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => Store.CommitAsync(transaction))));

        Assert.That(outcomes, Is.All.EqualTo(outcomes[0]));
        Assert.That((await PutAsync("after", "x")).Revision, Is.EqualTo(before.Revision + 2));
    }

    [Test]
    public async Task Forgotten_outcome_is_unknown_and_not_made_again_and_a_day_is_always_kept()
    {
        var lease = (await Store.AcquireLeaseAsync("engine", "one", TimeSpan.FromSeconds(10)))!;
        var old = At(TimeSpan.Zero, "old");
        var young = At(TimeSpan.FromHours(2), "young");
        await Store.CommitAsync(old);
        var kept = await Store.CommitAsync(young);
        await Store.CommitAsync(At(TimeSpan.FromHours(25), "newest"));

        Assert.That(await Store.ForgetOutcomesAsync(Start + TimeSpan.FromDays(365), lease), Is.True);

        await ThrowsAsync(ErrorCodes.Unknown, () => Store.CommitAsync(old));
        await ThrowsAsync(ErrorCodes.Unknown, () => Store.CommitAsync(At(TimeSpan.FromMinutes(59), "never asked for before")));
        Assert.That(await Store.CommitAsync(young), Is.EqualTo(kept));
        Assert.That((await Store.CommitAsync(At(TimeSpan.FromMinutes(61), "not too old"))).IsCommitted, Is.True);
    }

    [Test]
    public async Task Outcomes_are_forgotten_by_the_leader_alone()
    {
        var former = (await Store.AcquireLeaseAsync("engine", "one", TimeSpan.FromSeconds(10)))!;
        await Store.ReleaseLeaseAsync(former);
        var old = At(TimeSpan.Zero, "old");
        var first = await Store.CommitAsync(old);
        await Store.CommitAsync(At(TimeSpan.FromDays(3), "newest"));

        Assert.That(await Store.ForgetOutcomesAsync(Start + TimeSpan.FromDays(1), former), Is.False);
        Assert.That(await Store.CommitAsync(old), Is.EqualTo(first));
    }

    private static StateTransaction At(TimeSpan after, string key) =>
        new() { Id = Guid.CreateVersion7(Start + after), Mutations = [Put(key.Replace(' ', '-'), "x")] };
}
