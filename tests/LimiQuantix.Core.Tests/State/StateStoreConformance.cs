using LimiQuantix.State;

namespace LimiQuantix.Core.Tests.State;

/// <summary>The promises of entries, transactions and lists, whatever store keeps them.</summary>
[TestFixture(StateStoreKind.InMemory)]
[TestFixture(StateStoreKind.Decorated)]
[TestFixture(StateStoreKind.Sqlite)]
internal sealed class StateStoreConformance(StateStoreKind kind) : StateStoreFixture(kind)
{
    [Test]
    public async Task Get_gives_what_was_put_with_the_revision_as_version()
    {
        var commit = await PutAsync("machines/a", "one");
        var entry = await Store.GetAsync("machines/a");

        Assert.That(commit.IsCommitted, Is.True);
        Assert.That(entry!.Version, Is.EqualTo(commit.Revision));
        Assert.That(Text(entry), Is.EqualTo("one"));
        Assert.That(entry.Key, Is.EqualTo("machines/a"));
        Assert.That(await Store.GetAsync("machines/b"), Is.Null);
    }

    [Test]
    public async Task Stored_value_does_not_change_with_the_callers_buffer()
    {
        var buffer = "one"u8.ToArray();
        await Store.CommitAsync(new StateTransaction { Mutations = [new StateMutation { Key = "a", Value = buffer }] });
        buffer[0] = (byte)'x';

        Assert.That(Text(await Store.GetAsync("a")), Is.EqualTo("one"));
    }

    [Test]
    public async Task Revision_grows_over_the_wholeStore_and_all_changes_of_a_transaction_share_it()
    {
        var first = await PutAsync("a", "1");
        var second = await Store.CommitAsync(new StateTransaction { Mutations = [Put("b", "1"), Put("c", "1")] });

        Assert.That(second.Revision, Is.GreaterThan(first.Revision));
        Assert.That((await Store.GetAsync("b"))!.Version, Is.EqualTo(second.Revision));
        Assert.That((await Store.GetAsync("c"))!.Version, Is.EqualTo(second.Revision));
        Assert.That((await Store.GetAsync("a"))!.Version, Is.EqualTo(first.Revision));
    }

    [Test]
    public async Task Empty_value_is_a_value()
    {
        await PutAsync("a", "");
        Assert.That((await Store.GetAsync("a"))!.Value.Length, Is.Zero);
    }

    [Test]
    public async Task Condition_that_does_not_hold_leaves_everything_as_it_was()
    {
        var first = await PutAsync("a", "1");
        var refused = await Store.CommitAsync(new StateTransaction
        {
            Conditions = [Expect("a", first.Revision), Expect("b", 77)],
            Mutations = [Put("a", "2"), Put("c", "2")],
        });

        Assert.That(refused.IsCommitted, Is.False);
        Assert.That(refused.FailedKey, Is.EqualTo("b"));
        Assert.That(refused.IsFenced, Is.False);
        Assert.That(refused.Revision, Is.EqualTo(first.Revision));
        Assert.That(Text(await Store.GetAsync("a")), Is.EqualTo("1"));
        Assert.That(await Store.GetAsync("c"), Is.Null);
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
            Store.CommitAsync(new StateTransaction { Conditions = [Expect("a", version)], Mutations = [] });
    }

    [Test]
    public async Task Compare_and_swap_loses_no_increment_when_many_write_at_once()
    {
        await PutAsync("counter", "0");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < 25;)
            {
                var entry = (await Store.GetAsync("counter"))!;
                var next = int.Parse(Text(entry)!, System.Globalization.CultureInfo.InvariantCulture) + 1;
                if ((await PutAsync("counter", $"{next}", entry.Version)).IsCommitted) done++;
            }
        })));

        Assert.That(Text(await Store.GetAsync("counter")), Is.EqualTo("200"));
    }

    [Test]
    public async Task List_gives_the_entries_below_a_prefix_in_ordinal_order()
    {
        foreach (var key in new[] { "b/2", "b/10", "a/1", "b/1", "b-/1", "c/1" }) await PutAsync(key, key);
        var page = await Store.ListAsync(new StateQuery { Prefix = "b/" });

        Assert.That(page.Entries.Select(entry => entry.Key), Is.EqualTo(["b/1", "b/10", "b/2"]));
        Assert.That(page.Continuation, Is.Null);
        Assert.That((await Store.ListAsync(new StateQuery { Prefix = "" })).Entries, Has.Count.EqualTo(6));
    }

    [Test]
    public async Task List_in_pages_gives_every_entry_once()
    {
        for (var i = 0; i < 25; i++) await PutAsync($"a/{i:D2}", "x");
        List<string> keys = [];
        string? continuation = null;
        do
        {
            var page = await Store.ListAsync(new StateQuery { Prefix = "a/", Limit = 10, Continuation = continuation });
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
        Assert.That((await Store.ListAsync(new StateQuery { Prefix = "a/", Limit = 10 })).Continuation, Is.Null);
    }

    [Test]
    public async Task List_by_index_gives_the_entries_that_declare_the_value_now()
    {
        await Store.CommitAsync(new StateTransaction
        {
            Mutations =
            [
                Put("a/1", "x", ("project", "p")),
                Put("a/2", "x", ("project", "q")),
                Put("a/3", "x", ("project", "p"), ("size", "big")),
                Put("b/1", "x", ("project", "p")),
            ],
        });

        Assert.That(await KeysAsync("project", "p"), Is.EqualTo(["a/1", "a/3"]));
        Assert.That(await KeysAsync("size", "big"), Is.EqualTo(["a/3"]));

        await Store.CommitAsync(new StateTransaction
        {
            Mutations = [Put("a/1", "y"), Put("a/2", "y", ("project", "p")), new StateMutation { Key = "a/3" }],
        });
        Assert.That(await KeysAsync("project", "p"), Is.EqualTo(["a/2"]));
        Assert.That(await KeysAsync("size", "big"), Is.Empty);

        async Task<IEnumerable<string>> KeysAsync(string name, string value)
        {
            var page = await Store.ListAsync(new StateQuery { Prefix = "a/", IndexName = name, IndexValue = value, Limit = 5 });
            return page.Entries.Select(entry => entry.Key);
        }
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
        await RefusedAsync(() => Store.GetAsync(key));
        await RefusedAsync(() => PutAsync(key, "x"));
        await RefusedAsync(() => Store.CommitAsync(new StateTransaction { Conditions = [Expect(key, 0)], Mutations = [] }));
    }

    [Test]
    public async Task Bounds_hold_and_what_is_at_the_bound_is_taken()
    {
        var longest = new string('k', 512);
        Assert.That((await PutAsync(longest, "x")).IsCommitted, Is.True);
        Assert.That((await Store.GetAsync(longest))!.Key, Is.EqualTo(longest));
        await RefusedAsync(() => PutAsync(longest + "k", "x"));

        Assert.That((await PutAsync("large", new string('x', 1 << 20))).IsCommitted, Is.True);
        Assert.That((await Store.GetAsync("large"))!.Value.Length, Is.EqualTo(1 << 20));
        await RefusedAsync(() => PutAsync("large", new string('x', (1 << 20) + 1)));

        var full = Enumerable.Range(0, 32).Select(i => Put($"many/{i}", "x")).ToList();
        var conditions = Enumerable.Range(0, 32).Select(i => Expect($"many/{i}", 0)).ToList();
        Assert.That((await Store.CommitAsync(new StateTransaction { Conditions = conditions, Mutations = full })).IsCommitted, Is.True);
        await RefusedAsync(() => Store.CommitAsync(new StateTransaction { Conditions = conditions, Mutations = [.. full, Put("more", "x")] }));

        await RefusedAsync(() => Store.CommitAsync(new StateTransaction { Mutations = [Put("twice", "1"), Put("twice", "2")] }));
        await RefusedAsync(() => Store.CommitAsync(new StateTransaction
        {
            Mutations = [Put("a", "x", [.. Enumerable.Range(0, 9).Select(i => ($"i{i}", "v"))])],
        }));
        await RefusedAsync(() => Store.ListAsync(new StateQuery { Prefix = "a", Limit = 0 }));
        await RefusedAsync(() => Store.ListAsync(new StateQuery { Prefix = "a", Limit = 1001 }));
        await RefusedAsync(() => Store.ListAsync(new StateQuery { Prefix = "a", IndexName = "x" }));
        await RefusedAsync(() => Store.ListAsync(new StateQuery { Prefix = "a", Continuation = "b" }));
        await RefusedAsync(() => Store.AcquireLeaseAsync("engine", "one", TimeSpan.Zero));
    }

    [Test]
    public async Task Cancelled_token_ends_a_call_before_it_changes_anything()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(
            () => Store.CommitAsync(new StateTransaction { Mutations = [Put("a", "x")] }, cancelled.Token));
        await Assert.CatchAsync<OperationCanceledException>(() => Store.GetAsync("a", cancelled.Token));
        Assert.That(await Store.GetAsync("a"), Is.Null);
    }

    [Test]
    public async Task Health_of_aStore_that_works_is_healthy() =>
        Assert.That((await Store.CheckHealthAsync()).Status, Is.EqualTo(ProviderHealthStatus.Healthy));

    private static async Task RefusedAsync(Func<Task> call)
    {
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => call());
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
    }
}
