using LimiQuantix.State;
using NUnit.Framework;

namespace LimiQuantix.Conformance.State;

/// <summary>The promises of a store that was restored, copied or promoted.</summary>
public abstract class StateEraConformance(Func<StateStoreUnderTest> create) : StateConformance(create)
{
    [Test]
    public async Task Era_grows_above_what_others_have_seen_and_entries_stay()
    {
        await PutAsync("a", "1");
        Assert.That((await PageAsync()).Era, Is.EqualTo(1));
        Assert.That(await Store.RaiseEraAsync(), Is.EqualTo(2));
        Assert.That(await Store.RaiseEraAsync(above: 7), Is.EqualTo(8));
        Assert.That(await Store.RaiseEraAsync(above: 3), Is.EqualTo(9));

        Assert.That((await PageAsync()).Era, Is.EqualTo(9));
        Assert.That(Text(await Store.GetAsync("a")), Is.EqualTo("1"));
        await RefusedAsync(() => Store.RaiseEraAsync(-1));
        await RefusedAsync(() => Store.RaiseEraAsync(long.MaxValue));
    }

    [Test]
    public async Task Cursor_and_continuation_of_another_era_are_a_conflict()
    {
        var empty = await PageAsync();
        await PutAsync("a/1", "1");
        await PutAsync("a/2", "1");
        var page = await PageAsync();
        var change = (await TakeAsync(Store.WatchAsync("a/", empty.Cursor), 1))[0];
        await Store.RaiseEraAsync();

        await ThrowsAsync(ErrorCodes.Conflict, () => TakeAsync(Store.WatchAsync("a/", page.Cursor), 1));
        await ThrowsAsync(ErrorCodes.Conflict, () => TakeAsync(Store.WatchAsync("a/", change.Cursor), 1));
        await ThrowsAsync(ErrorCodes.Conflict, () => Store.ListAsync(new StateQuery { Prefix = "a/", Limit = 1, Continuation = page.Continuation }));
        var now = await PageAsync();
        await PutAsync("a/3", "1");
        Assert.That((await TakeAsync(Store.WatchAsync("a/", now.Cursor), 1))[0].Key, Is.EqualTo("a/3"));
    }

    [Test]
    public async Task Cursor_that_the_store_has_not_reached_is_a_conflict()
    {
        await PutAsync("a/1", "1");
        var beyond = (await PageAsync()).Cursor + "0";

        await ThrowsAsync(ErrorCodes.Conflict, () => TakeAsync(Store.WatchAsync("a/", beyond), 1));
    }

    [Test]
    public async Task Watch_that_goes_on_is_told_of_a_new_era()
    {
        await PutAsync("a/1", "1");
        var watch = Task.Run(async () => await TakeAsync(Store.WatchAsync("a/", (await PageAsync()).Cursor), 1));
        await Task.Delay(50);
        await Store.RaiseEraAsync();

        // Began before or after the era: in the latter case it is still waiting.
        await PutAsync("a/2", "1");
        try
        {
            Assert.That((await watch.WaitAsync(Deadline))[0].Key, Is.EqualTo("a/2"));
        }
        catch (LimiQuantixException e)
        {
            Assert.That(e.Code, Is.EqualTo(ErrorCodes.Conflict));
        }
    }

    [Test]
    public async Task Version_of_a_former_era_never_comes_again()
    {
        var former = await PutAsync("a", "1");
        await Store.RaiseEraAsync();
        var first = await PutAsync("b", "1");

        // What a backup has lost cannot have reached this.
        Assert.That(first.Revision, Is.GreaterThan(former.Revision + 1_000_000_000));
        Assert.That((await PutAsync("a", "2", former.Revision)).IsCommitted, Is.True, "an entry that did not change has its version");
    }

    [Test]
    public async Task Lease_of_a_former_era_is_void_and_free()
    {
        var former = (await Store.AcquireLeaseAsync("engine", "one", TimeSpan.FromHours(1)))!;
        await Store.RaiseEraAsync();
        var fenced = await Store.CommitAsync(new StateTransaction { Mutations = [Put("a", "1")], Fence = former });
        var current = (await Store.AcquireLeaseAsync("engine", "two", TimeSpan.FromHours(1)))!;
        await Store.ReleaseLeaseAsync(former);

        Assert.That(fenced.IsFenced, Is.True);
        Assert.That(current.Era, Is.EqualTo(2));
        Assert.That((await Store.CommitAsync(new StateTransaction { Mutations = [Put("a", "1")], Fence = current })).IsCommitted, Is.True);
    }

    private Task<StatePage> PageAsync() => Store.ListAsync(new StateQuery { Prefix = "a/", Limit = 1 });
}
