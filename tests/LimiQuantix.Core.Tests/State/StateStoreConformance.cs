using System.Text;
using LimiQuantix.Core.State;
using LimiQuantix.State;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Core.Tests.State;

/// <summary>Every promise of <see cref="IStateStore"/> that does not depend on where the state is kept.</summary>
internal abstract class StateStoreConformance
{
    protected static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private IStateStore _store = null!;

    protected FakeTimeProvider Clock { get; private set; } = null!;

    [SetUp]
    public void Open()
    {
        Clock = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _store = Create(Clock, keptChanges: 200);
    }

    [TearDown]
    public ValueTask CloseAsync() => _store.DisposeAsync();

    [Test]
    public async Task Get_gives_what_was_put_with_the_revision_as_version()
    {
        var commit = await PutAsync("machines/a", "one");
        var entry = await _store.GetAsync("machines/a");

        Assert.That(commit.IsCommitted, Is.True);
        Assert.That(entry!.Version, Is.EqualTo(commit.Revision));
        Assert.That(Text(entry), Is.EqualTo("one"));
        Assert.That(entry.Key, Is.EqualTo("machines/a"));
        Assert.That(await _store.GetAsync("machines/b"), Is.Null);
    }

    [Test]
    public async Task Stored_value_does_not_change_with_the_callers_buffer()
    {
        var buffer = "one"u8.ToArray();
        await _store.CommitAsync(new StateTransaction { Mutations = [new StateMutation { Key = "a", Value = buffer }] });
        buffer[0] = (byte)'x';

        Assert.That(Text(await _store.GetAsync("a")), Is.EqualTo("one"));
    }

    [Test]
    public async Task Revision_grows_over_the_whole_store_and_all_changes_of_a_transaction_share_it()
    {
        var first = await PutAsync("a", "1");
        var second = await _store.CommitAsync(new StateTransaction { Mutations = [Put("b", "1"), Put("c", "1")] });

        Assert.That(second.Revision, Is.GreaterThan(first.Revision));
        Assert.That((await _store.GetAsync("b"))!.Version, Is.EqualTo(second.Revision));
        Assert.That((await _store.GetAsync("c"))!.Version, Is.EqualTo(second.Revision));
        Assert.That((await _store.GetAsync("a"))!.Version, Is.EqualTo(first.Revision));
    }

    [Test]
    public async Task Empty_value_is_a_value()
    {
        await PutAsync("a", "");
        Assert.That((await _store.GetAsync("a"))!.Value.Length, Is.Zero);
    }

    [Test]
    public async Task Condition_that_does_not_hold_leaves_everything_as_it_was()
    {
        var first = await PutAsync("a", "1");
        var refused = await _store.CommitAsync(new StateTransaction
        {
            Conditions = [Expect("a", first.Revision), Expect("b", 77)],
            Mutations = [Put("a", "2"), Put("c", "2")],
        });

        Assert.That(refused.IsCommitted, Is.False);
        Assert.That(refused.FailedKey, Is.EqualTo("b"));
        Assert.That(refused.IsFenced, Is.False);
        Assert.That(refused.Revision, Is.EqualTo(first.Revision));
        Assert.That(Text(await _store.GetAsync("a")), Is.EqualTo("1"));
        Assert.That(await _store.GetAsync("c"), Is.Null);
    }

    [Test]
    public async Task Expecting_no_entry_succeeds_once()
    {
        Assert.That((await PutAsync("a", "1", expected: 0)).IsCommitted, Is.True);
        Assert.That((await PutAsync("a", "2", expected: 0)).IsCommitted, Is.False);
        await DeleteAsync("a");
        Assert.That((await PutAsync("a", "3", expected: 0)).IsCommitted, Is.True);
    }

    [Test]
    public async Task Version_of_a_deleted_and_remade_entry_is_new()
    {
        var first = await PutAsync("a", "1");
        await DeleteAsync("a");
        await PutAsync("a", "1");

        Assert.That((await PutAsync("a", "2", first.Revision)).IsCommitted, Is.False);
    }

    [Test]
    public async Task Deleting_what_is_absent_succeeds_and_changes_nothing()
    {
        var before = await PutAsync("a", "1");
        var deleted = await DeleteAsync("b");

        Assert.That(deleted.IsCommitted, Is.True);
        Assert.That(deleted.Revision, Is.EqualTo(before.Revision));
    }

    [Test]
    public async Task Transaction_without_changes_only_checks()
    {
        var commit = await PutAsync("a", "1");

        Assert.That((await CheckAsync(commit.Revision)).IsCommitted, Is.True);
        Assert.That((await CheckAsync(commit.Revision + 1)).FailedKey, Is.EqualTo("a"));

        Task<StateCommit> CheckAsync(long version) =>
            _store.CommitAsync(new StateTransaction { Conditions = [Expect("a", version)], Mutations = [] });
    }

    [Test]
    public async Task Compare_and_swap_loses_no_increment_when_many_write_at_once()
    {
        await PutAsync("counter", "0");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < 25;)
            {
                var entry = (await _store.GetAsync("counter"))!;
                var next = int.Parse(Text(entry)!, System.Globalization.CultureInfo.InvariantCulture) + 1;
                if ((await PutAsync("counter", $"{next}", entry.Version)).IsCommitted) done++;
            }
        })));

        Assert.That(Text(await _store.GetAsync("counter")), Is.EqualTo("200"));
    }

    [Test]
    public async Task List_gives_the_entries_below_a_prefix_in_ordinal_order()
    {
        foreach (var key in new[] { "b/2", "b/10", "a/1", "b/1", "b-/1", "c/1" }) await PutAsync(key, key);
        var page = await _store.ListAsync(new StateQuery { Prefix = "b/" });

        Assert.That(page.Entries.Select(entry => entry.Key), Is.EqualTo(["b/1", "b/10", "b/2"]));
        Assert.That(page.Continuation, Is.Null);
        Assert.That((await _store.ListAsync(new StateQuery { Prefix = "" })).Entries, Has.Count.EqualTo(6));
    }

    [Test]
    public async Task List_in_pages_gives_every_entry_once()
    {
        for (var i = 0; i < 25; i++) await PutAsync($"a/{i:D2}", "x");
        List<string> keys = [];
        string? continuation = null;
        do
        {
            var page = await _store.ListAsync(new StateQuery { Prefix = "a/", Limit = 10, Continuation = continuation });
            Assert.That(page.Entries, Has.Count.LessThanOrEqualTo(10));
            keys.AddRange(page.Entries.Select(entry => entry.Key));
            continuation = page.Continuation;
        }
        while (continuation is not null);

        Assert.That(keys, Is.EqualTo(Enumerable.Range(0, 25).Select(i => $"a/{i:D2}")));
    }

    [Test]
    public async Task Full_last_page_has_no_continuation()
    {
        for (var i = 0; i < 10; i++) await PutAsync($"a/{i}", "x");
        Assert.That((await _store.ListAsync(new StateQuery { Prefix = "a/", Limit = 10 })).Continuation, Is.Null);
    }

    [Test]
    public async Task List_by_index_gives_the_entries_that_declare_the_value_now()
    {
        await _store.CommitAsync(new StateTransaction
        {
            Mutations = [Put("a/1", "x", ("project", "p")), Put("a/2", "x", ("project", "q")), Put("a/3", "x", ("project", "p"), ("size", "big")), Put("b/1", "x", ("project", "p"))],
        });

        Assert.That(await KeysAsync("project", "p"), Is.EqualTo(["a/1", "a/3"]));
        Assert.That(await KeysAsync("size", "big"), Is.EqualTo(["a/3"]));

        await _store.CommitAsync(new StateTransaction { Mutations = [Put("a/1", "y"), Put("a/2", "y", ("project", "p")), new StateMutation { Key = "a/3" }] });
        Assert.That(await KeysAsync("project", "p"), Is.EqualTo(["a/2"]));
        Assert.That(await KeysAsync("size", "big"), Is.Empty);

        async Task<IEnumerable<string>> KeysAsync(string name, string value)
        {
            var page = await _store.ListAsync(new StateQuery { Prefix = "a/", IndexName = name, IndexValue = value, Limit = 5 });
            return page.Entries.Select(entry => entry.Key);
        }
    }

    [Test]
    public async Task Watch_after_a_lists_revision_misses_nothing_and_repeats_nothing()
    {
        await PutAsync("a/1", "1");
        var page = await _store.ListAsync(new StateQuery { Prefix = "a/" });
        await PutAsync("a/2", "2");
        await PutAsync("b/1", "no");
        await DeleteAsync("a/1");
        await PutAsync("a/2", "3");

        var changes = await TakeAsync(_store.WatchAsync("a/", page.Revision), 3);

        Assert.That(changes.Select(change => (change.Key, Text(change.Entry))), Is.EqualTo([("a/2", "2"), ("a/1", null), ("a/2", "3")]));
        Assert.That(changes.Select(change => change.Revision), Is.Ordered.And.Unique);
        Assert.That(changes[0].Entry!.Version, Is.EqualTo(changes[0].Revision));
    }

    [Test]
    public async Task Watch_tells_changes_as_they_come_in_order_while_many_write()
    {
        const int Writers = 4;
        const int Each = 20;
        var revision = (await PutAsync("start", "x")).Revision;
        var watch = TakeAsync(_store.WatchAsync("w/", revision), Writers * Each);
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
        var revision = (await PutAsync("start", "x")).Revision;
        await _store.CommitAsync(new StateTransaction { Mutations = [.. Enumerable.Range(0, 64).Select(i => Put($"w/{i:D2}", "x"))] });

        var changes = await TakeAsync(_store.WatchAsync("w/", revision), 64);

        Assert.That(changes.Select(change => change.Key), Is.EquivalentTo(Enumerable.Range(0, 64).Select(i => $"w/{i:D2}")));
        Assert.That(changes.Select(change => change.Revision).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Watch_from_now_begins_with_the_next_change()
    {
        await PutAsync("a/1", "old");
        var watch = TakeAsync(_store.WatchAsync("a/"), 1);
        // The watch begins at some moment of its own: changes are made until it has told one.
        for (var i = 0; !watch.IsCompleted; i++)
        {
            await PutAsync("a/2", $"{i}");
            await Task.Delay(10);
        }

        Assert.That((await watch)[0].Key, Is.EqualTo("a/2"));
    }

    [Test]
    public async Task Watch_from_a_revision_that_is_not_kept_is_a_conflict()
    {
        var old = (await PutAsync("a", "0")).Revision;
        for (var i = 0; i < 1000; i++) await PutAsync("a", $"{i}");

        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => TakeAsync(_store.WatchAsync("a", old), 1));

        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.Conflict));
    }

    [Test]
    public async Task Watch_ends_with_its_token()
    {
        using var end = new CancellationTokenSource();
        var watch = Task.Run(async () =>
        {
            await foreach (var _ in _store.WatchAsync("a", null, end.Token)) await end.CancelAsync();
        });
        end.CancelAfter(TimeSpan.FromMilliseconds(50));

        await Assert.CatchAsync<OperationCanceledException>(() => watch.WaitAsync(Deadline));
    }

    [Test]
    public async Task Lease_is_one_holders_until_it_lapses_and_its_token_grows()
    {
        var first = (await _store.AcquireLeaseAsync("engine", "one", TimeSpan.FromSeconds(10)))!;
        Assert.That(await _store.AcquireLeaseAsync("engine", "two", TimeSpan.FromSeconds(10)), Is.Null);
        Assert.That(await _store.AcquireLeaseAsync("other", "two", TimeSpan.FromSeconds(10)), Is.Not.Null);
        Clock.Advance(TimeSpan.FromSeconds(9));
        var renewed = (await _store.AcquireLeaseAsync("engine", "one", TimeSpan.FromSeconds(10)))!;
        Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.That(await _store.AcquireLeaseAsync("engine", "two", TimeSpan.FromSeconds(10)), Is.Null);
        Clock.Advance(TimeSpan.FromSeconds(2));
        var second = (await _store.AcquireLeaseAsync("engine", "two", TimeSpan.FromSeconds(10)))!;

        Assert.That(renewed.Token, Is.EqualTo(first.Token));
        Assert.That(renewed.ExpiresAt, Is.GreaterThan(first.ExpiresAt));
        Assert.That(second.Token, Is.GreaterThan(first.Token));
    }

    [Test]
    public async Task Lease_that_lapsed_is_a_new_one_even_for_its_former_holder()
    {
        var first = (await _store.AcquireLeaseAsync("engine", "one", TimeSpan.FromSeconds(10)))!;
        Clock.Advance(TimeSpan.FromSeconds(11));
        var second = (await _store.AcquireLeaseAsync("engine", "one", TimeSpan.FromSeconds(10)))!;

        Assert.That(second.Token, Is.GreaterThan(first.Token));
        Assert.That((await FencedAsync(first)).IsFenced, Is.True);
        Assert.That((await FencedAsync(second)).IsCommitted, Is.True);
    }

    [Test]
    public async Task Released_lease_is_free_at_once_and_its_token_still_grows()
    {
        var first = (await _store.AcquireLeaseAsync("engine", "one", TimeSpan.FromMinutes(10)))!;
        await _store.ReleaseLeaseAsync(first);
        var second = (await _store.AcquireLeaseAsync("engine", "two", TimeSpan.FromMinutes(10)))!;
        await _store.ReleaseLeaseAsync(first);

        Assert.That(second.Token, Is.GreaterThan(first.Token));
        Assert.That(await _store.AcquireLeaseAsync("engine", "one", TimeSpan.FromMinutes(10)), Is.Null, "a foreign release does nothing");
    }

    [Test]
    public async Task Fence_refuses_the_old_holder_and_nothing_is_changed()
    {
        var old = (await _store.AcquireLeaseAsync("engine", "one", TimeSpan.FromSeconds(10)))!;
        Assert.That((await FencedAsync(old)).IsCommitted, Is.True);
        Clock.Advance(TimeSpan.FromSeconds(11));
        var lapsed = await FencedAsync(old);
        var current = (await _store.AcquireLeaseAsync("engine", "two", TimeSpan.FromSeconds(10)))!;
        var taken = await FencedAsync(old);
        Assert.That(await _store.GetAsync("fenced/2"), Is.Null);
        var allowed = await FencedAsync(current);

        Assert.That(lapsed, Has.Property("IsCommitted").False.And.Property("IsFenced").True);
        Assert.That(taken, Has.Property("IsCommitted").False.And.Property("IsFenced").True);
        Assert.That(allowed.IsCommitted, Is.True);
    }

    [TestCase("")]
    [TestCase("/a")]
    [TestCase("a/")]
    [TestCase("a//b")]
    [TestCase("A")]
    [TestCase("a b")]
    [TestCase("é")]
    [TestCase("a\0b")]
    [TestCase("a%")]
    public async Task Key_that_is_none_is_refused(string key)
    {
        await RefusedAsync(() => _store.GetAsync(key));
        await RefusedAsync(() => PutAsync(key, "x"));
        await RefusedAsync(() => _store.CommitAsync(new StateTransaction { Conditions = [Expect(key, 0)], Mutations = [] }));
    }

    [Test]
    public async Task Bounds_hold_and_what_is_at_the_bound_is_taken()
    {
        var longest = new string('k', 512);
        Assert.That((await PutAsync(longest, "x")).IsCommitted, Is.True);
        Assert.That((await _store.GetAsync(longest))!.Key, Is.EqualTo(longest));
        await RefusedAsync(() => PutAsync(longest + "k", "x"));

        Assert.That((await PutAsync("large", new string('x', 1 << 20))).IsCommitted, Is.True);
        Assert.That((await _store.GetAsync("large"))!.Value.Length, Is.EqualTo(1 << 20));
        await RefusedAsync(() => PutAsync("large", new string('x', (1 << 20) + 1)));

        var full = Enumerable.Range(0, 32).Select(i => Put($"many/{i}", "x")).ToList();
        var conditions = Enumerable.Range(0, 32).Select(i => Expect($"many/{i}", 0)).ToList();
        Assert.That((await _store.CommitAsync(new StateTransaction { Conditions = conditions, Mutations = full })).IsCommitted, Is.True);
        await RefusedAsync(() => _store.CommitAsync(new StateTransaction { Conditions = conditions, Mutations = [.. full, Put("more", "x")] }));

        await RefusedAsync(() => _store.CommitAsync(new StateTransaction { Mutations = [Put("twice", "1"), Put("twice", "2")] }));
        await RefusedAsync(() => _store.CommitAsync(new StateTransaction
        {
            Mutations = [Put("a", "x", [.. Enumerable.Range(0, 9).Select(i => ($"i{i}", "v"))])],
        }));
        await RefusedAsync(() => _store.ListAsync(new StateQuery { Prefix = "a", Limit = 0 }));
        await RefusedAsync(() => _store.ListAsync(new StateQuery { Prefix = "a", Limit = 1001 }));
        await RefusedAsync(() => _store.ListAsync(new StateQuery { Prefix = "a", IndexName = "x" }));
        await RefusedAsync(() => _store.ListAsync(new StateQuery { Prefix = "a", Continuation = "b" }));
        await RefusedAsync(() => _store.AcquireLeaseAsync("engine", "one", TimeSpan.Zero));
    }

    [Test]
    public async Task Cancelled_token_ends_a_call_before_it_changes_anything()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(
            () => _store.CommitAsync(new StateTransaction { Mutations = [Put("a", "x")] }, cancelled.Token));
        await Assert.CatchAsync<OperationCanceledException>(() => _store.GetAsync("a", cancelled.Token));
        Assert.That(await _store.GetAsync("a"), Is.Null);
    }

    [Test]
    public async Task Health_of_a_store_that_works_is_healthy() =>
        Assert.That((await _store.CheckHealthAsync()).Status, Is.EqualTo(ProviderHealthStatus.Healthy));

    /// <summary>Makes the store under test.</summary>
    protected abstract IStateStore Create(TimeProvider timeProvider, int keptChanges);

    private Task<StateCommit> PutAsync(string key, string value, long? expected = null) => _store.CommitAsync(new StateTransaction
    {
        Conditions = expected is { } version ? [Expect(key, version)] : [],
        Mutations = [Put(key, value)],
    });

    private Task<StateCommit> DeleteAsync(string key) => _store.CommitAsync(new StateTransaction { Mutations = [new StateMutation { Key = key }] });

    private Task<StateCommit> FencedAsync(StateLease fence) =>
        _store.CommitAsync(new StateTransaction { Mutations = [Put($"fenced/{fence.Token}", "x")], Fence = fence });

    private static StateMutation Put(string key, string value, params (string Name, string Value)[] indexes) => new()
    {
        Key = key,
        Value = Encoding.UTF8.GetBytes(value),
        Indexes = indexes.ToDictionary(index => index.Name, index => index.Value),
    };

    private static StateCondition Expect(string key, long version) => new() { Key = key, ExpectedVersion = version };

    private static string? Text(StateEntry? entry) => entry is null ? null : Encoding.UTF8.GetString(entry.Value.Span);

    private static async Task RefusedAsync(Func<Task> call)
    {
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => call());
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
    }

    private static async Task<List<StateChange>> TakeAsync(IAsyncEnumerable<StateChange> watch, int count)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        List<StateChange> changes = [];
        await foreach (var change in watch.WithCancellation(deadline.Token))
        {
            changes.Add(change);
            if (changes.Count == count) break;
        }

        return changes;
    }
}
