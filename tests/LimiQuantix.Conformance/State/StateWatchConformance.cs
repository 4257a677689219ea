using LimiQuantix.State;
using NUnit.Framework;

namespace LimiQuantix.Conformance.State;

/// <summary>The promises of watches, whatever store keeps them.</summary>
public abstract class StateWatchConformance(Func<StateStoreUnderTest> create) : StateConformance(create)
{
    [Test]
    public async Task Watch_after_a_lists_cursor_misses_nothing_and_repeats_nothing()
    {
        await PutAsync("a/1", "1");
        var page = await Store.ListAsync(new StateQuery { Prefix = "a/" });
        await PutAsync("a/2", "2");
        await PutAsync("b/1", "no");
        await DeleteAsync("a/1");
        await PutAsync("a/2", "3");

        var changes = await TakeAsync(Store.WatchAsync("a/", page.Cursor), 3);

        Assert.That(changes.Select(change => (change.Key, Text(change.Entry))), Is.EqualTo([("a/2", "2"), ("a/1", null), ("a/2", "3")]));
        Assert.That(changes.Select(change => change.Revision), Is.Ordered.And.Unique);
        Assert.That(changes[0].Entry!.Version, Is.EqualTo(changes[0].Revision));
    }

    [Test]
    public async Task Watch_tells_changes_as_they_come_in_order_while_many_write()
    {
        const int Writers = 4;
        const int Each = 20;
        var cursor = await CursorAfterAsync("start");
        var watch = TakeAsync(Store.WatchAsync("w/", cursor), Writers * Each);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++) await PutAsync($"w/{writer}", $"{i}");
        })));
        var changes = await watch;

        Assert.That(changes.Select(change => change.Revision), Is.Ordered.And.Unique);
        for (var writer = 0; writer < Writers; writer++)
        {
            Assert.That(
                changes.Where(change => change.Key == $"w/{writer}").Select(change => Text(change.Entry)),
                Is.EqualTo(Enumerable.Range(0, Each).Select(i => $"{i}")));
        }
    }

    [Test]
    public async Task Watch_tells_every_change_of_a_large_transaction()
    {
        var cursor = await CursorAfterAsync("start");
        await Store.CommitAsync(new StateTransaction { Mutations = [.. Enumerable.Range(0, 100).Select(i => Put($"w/{i:D2}", "x"))] });

        var changes = await TakeAsync(Store.WatchAsync("w/", cursor), 100);

        Assert.That(changes.Select(change => change.Key), Is.EquivalentTo(Enumerable.Range(0, 100).Select(i => $"w/{i:D2}")));
        Assert.That(changes.Select(change => change.Revision).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Watch_from_now_begins_with_the_next_change()
    {
        await PutAsync("a/1", "old");
        var watch = TakeAsync(Store.WatchAsync("a/"), 1);
        // The watch begins at some moment of its own: changes are made until it has told one.
        for (var i = 0; !watch.IsCompleted; i++)
        {
            await PutAsync("a/2", $"{i}");
            await Task.Delay(10);
        }

        Assert.That((await watch)[0].Key, Is.EqualTo("a/2"));
    }

    [Test]
    public async Task Watch_from_a_cursor_that_is_not_kept_is_a_conflict()
    {
        var old = await CursorAfterAsync("a");
        for (var i = 0; i < 10 * StateStoreUnderTest.KeptChanges; i++) await PutAsync("a", $"{i}");

        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => TakeAsync(Store.WatchAsync("a", old), 1));

        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.Conflict));
    }

    [Test]
    public async Task Watch_ends_with_its_token()
    {
        using var end = new CancellationTokenSource();
        var watch = Task.Run(async () =>
        {
            await foreach (var _ in Store.WatchAsync("a", null, end.Token)) await end.CancelAsync();
        });
        end.CancelAfter(TimeSpan.FromMilliseconds(50));

        await Assert.CatchAsync<OperationCanceledException>(() => watch.WaitAsync(Deadline));
    }

    [Test]
    public async Task Watch_ends_when_the_store_is_closed()
    {
        var cursor = await CursorAfterAsync("a");
        var told = new TaskCompletionSource();
        var watch = Task.Run(async () =>
        {
            await foreach (var _ in Store.WatchAsync("a", cursor)) told.TrySetResult();
        });
        await PutAsync("a", "1");
        await told.Task.WaitAsync(Deadline);

        await Store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => watch.WaitAsync(Deadline));
    }

    [Test]
    public async Task Watch_goes_on_after_the_cursor_of_any_change_also_inside_a_transaction()
    {
        var cursor = await CursorAfterAsync("start");
        await Store.CommitAsync(new StateTransaction { Mutations = [.. Enumerable.Range(0, 3).Select(i => Put($"w/{i}", "x"))] });
        await PutAsync("w/3", "x");
        var all = await TakeAsync(Store.WatchAsync("w/", cursor), 4);

        for (var seen = 1; seen < 4; seen++)
        {
            var rest = await TakeAsync(Store.WatchAsync("w/", all[seen - 1].Cursor), 4 - seen);
            Assert.That(rest.Select(change => change.Key), Is.EqualTo(all.Skip(seen).Select(change => change.Key)));
        }
    }

    [TestCase("")]
    [TestCase("7")]
    [TestCase("x.1")]
    [TestCase("1.-1")]
    [TestCase("1.99999999999999999999")]
    public async Task Watch_from_what_is_no_cursor_is_refused(string cursor) =>
        await RefusedAsync(() => TakeAsync(Store.WatchAsync("a", cursor), 1));

    private async Task<string> CursorAfterAsync(string key)
    {
        await PutAsync(key, "0");
        return (await Store.ListAsync(new StateQuery { Prefix = key, Limit = 1 })).Cursor;
    }
}
