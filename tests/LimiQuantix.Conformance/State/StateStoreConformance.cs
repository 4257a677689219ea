using LimiQuantix.State;
using NUnit.Framework;

namespace LimiQuantix.Conformance.State;

/// <summary>The promises of entries, transactions and lists, whatever store keeps them.</summary>
public abstract class StateStoreConformance(Func<StateStoreUnderTest> create) : StateConformance(create)
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

        Assert.That(await ListedAsync("project", "p"), Is.EqualTo(["a/1", "a/3"]));
        Assert.That(await ListedAsync("size", "big"), Is.EqualTo(["a/3"]));

        await Store.CommitAsync(new StateTransaction
        {
            Mutations = [Put("a/1", "y"), Put("a/2", "y", ("project", "p")), Delete("a/3")],
        });
        Assert.That(await ListedAsync("project", "p"), Is.EqualTo(["a/2"]));
        Assert.That(await ListedAsync("size", "big"), Is.Empty);

        Task<IReadOnlyList<string>> ListedAsync(string name, string value) =>
            KeysAsync(new StateQuery { Prefix = "a/", IndexName = name, IndexValue = value, Limit = 5 });
    }

    [Test]
    public async Task Entry_with_several_values_of_a_name_is_listed_by_each()
    {
        await Store.CommitAsync(new StateTransaction
        {
            Mutations = [Put("a/1", "x", ("label", "blue"), ("label", "large"), ("zone", "blue")), Put("a/2", "x", ("label", "large"))],
        });
        Assert.That(await ListedAsync("label", "blue"), Is.EqualTo(["a/1"]));
        Assert.That(await ListedAsync("label", "large"), Is.EqualTo(["a/1", "a/2"]));

        await Store.CommitAsync(new StateTransaction { Mutations = [Put("a/1", "y", ("label", "large"), ("label", "red"))] });
        Assert.That(await ListedAsync("label", "blue"), Is.Empty);
        Assert.That(await ListedAsync("zone", "blue"), Is.Empty);
        Assert.That(await ListedAsync("label", "red"), Is.EqualTo(["a/1"]));
        Assert.That(await ListedAsync("label", "large"), Is.EqualTo(["a/1", "a/2"]));

        Task<IReadOnlyList<string>> ListedAsync(string name, string value) =>
            KeysAsync(new StateQuery { Prefix = "a/", IndexName = name, IndexValue = value });
    }

    [Test]
    public async Task Index_values_that_only_look_alike_are_different()
    {
        string[] values = ["a", "A", "a ", "a/b", "a~2fb", "", "\u00e9", "e\u0301", "\ud83d\ude00", "%", "a\nb"];
        await Store.CommitAsync(new StateTransaction { Mutations = [.. values.Select((value, i) => Put($"a/{i}", "x", ("v", value)))] });

        for (var i = 0; i < values.Length; i++)
        {
            Assert.That(await KeysAsync(new StateQuery { Prefix = "a/", IndexName = "v", IndexValue = values[i] }), Is.EqualTo([$"a/{i}"]));
        }
    }

    [Test]
    public async Task List_of_keys_only_has_versions_and_no_values()
    {
        await Store.CommitAsync(new StateTransaction { Mutations = [Put("a/1", "large", ("p", "q")), Put("a/2", "large")] });
        var all = await Store.ListAsync(new StateQuery { Prefix = "a/", KeysOnly = true, Limit = 1 });
        var next = await Store.ListAsync(new StateQuery { Prefix = "a/", KeysOnly = true, Limit = 1, Continuation = all.Continuation });
        var listed = await Store.ListAsync(new StateQuery { Prefix = "a/", IndexName = "p", IndexValue = "q", KeysOnly = true });

        Assert.That(all.Entries.Concat(next.Entries).Select(entry => entry.Key), Is.EqualTo(["a/1", "a/2"]));
        Assert.That(listed.Entries.Select(entry => entry.Key), Is.EqualTo(["a/1"]));
        Assert.That(all.Entries.Concat(next.Entries).Concat(listed.Entries).Select(entry => entry.Value.Length), Is.All.Zero);
        Assert.That(listed.Entries[0].Version, Is.EqualTo((await Store.GetAsync("a/1"))!.Version));
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

        // 1 MiB in all: the key counts.
        var largest = new string('x', (1 << 20) - "large".Length);
        Assert.That((await PutAsync("large", largest)).IsCommitted, Is.True);
        Assert.That((await Store.GetAsync("large"))!.Value.Length, Is.EqualTo(largest.Length));
        await RefusedAsync(() => PutAsync("large", largest + "x"));
        await RefusedAsync(() => PutAsync("large", largest, expected: 0));
        var half = new string('x', (1 << 19) - 10);
        Assert.That((await Store.CommitAsync(new StateTransaction { Mutations = [Put("half/1", half), Put("half/2", half)] })).IsCommitted, Is.True);
        await RefusedAsync(() => Store.CommitAsync(new StateTransaction
        {
            Mutations = [Put("half/1", half, ("an-index", "with a value")), Put("half/2", half)],
        }));

        var full = Enumerable.Range(0, 100).Select(i => Put($"many/{i}", "x")).ToList();
        var conditions = Enumerable.Range(0, 100).Select(i => Expect($"many/{i}", 0)).ToList();
        Assert.That((await Store.CommitAsync(new StateTransaction { Conditions = conditions, Mutations = full })).IsCommitted, Is.True);
        await RefusedAsync(() => Store.CommitAsync(new StateTransaction { Mutations = [.. full, Put("more", "x")] }));
        await RefusedAsync(() => Store.CommitAsync(new StateTransaction { Conditions = [.. conditions, Expect("more", 0)], Mutations = [] }));
        await RefusedAsync(() => Store.CommitAsync(new StateTransaction { Mutations = [Put("twice", "1"), Put("twice", "2")] }));
        await RefusedAsync(() => Store.CommitAsync(new StateTransaction { Id = Guid.NewGuid(), Mutations = [] }));
        await RefusedAsync(() => Store.CommitAsync(new StateTransaction { Id = Guid.Empty, Mutations = [] }));
        await RefusedAsync(() => Store.ListAsync(new StateQuery { Prefix = "a", Limit = 0 }));
        await RefusedAsync(() => Store.ListAsync(new StateQuery { Prefix = "a", Limit = 1001 }));
        await RefusedAsync(() => Store.ListAsync(new StateQuery { Prefix = "a", IndexName = "x" }));
        await RefusedAsync(() => Store.ListAsync(new StateQuery { Prefix = "a", Continuation = "b" }));
        var page = await Store.ListAsync(new StateQuery { Prefix = "many/", Limit = 1 });
        await RefusedAsync(() => Store.ListAsync(new StateQuery { Prefix = "half/", Continuation = page.Continuation }));
        await RefusedAsync(() => Store.AcquireLeaseAsync("engine", "one", TimeSpan.Zero));
    }

    [Test]
    public async Task Index_pairs_are_bounded_and_those_that_a_change_replaces_count()
    {
        var most = Enumerable.Range(0, 128).Select(i => ("label", $"{i}")).ToArray();
        await RefusedAsync(() => Store.CommitAsync(new StateTransaction { Mutations = [Put("a", "x", [.. most, ("label", "more")])] }));
        await RefusedAsync(() => Store.CommitAsync(new StateTransaction { Mutations = [Put("a", "x", ("l", "same"), ("l", "same"))] }));
        await RefusedAsync(() => Store.CommitAsync(new StateTransaction { Mutations = [Delete("a") with { Indexes = Put("a", "x", ("l", "v")).Indexes }] }));

        // 8 * 128 = 1024 new ones; the same again would be as many old and as many new.
        var eight = Enumerable.Range(0, 8).Select(i => Put($"e/{i}", "x", most)).ToList();
        Assert.That((await Store.CommitAsync(new StateTransaction { Mutations = eight })).IsCommitted, Is.True);
        await RefusedAsync(() => Store.CommitAsync(new StateTransaction { Mutations = eight }));
        await RefusedAsync(() => Store.CommitAsync(new StateTransaction { Mutations = [.. eight.Take(7).Select(put => Put(put.Key, "y")), Put("e/8", "x", most), Put("e/9", "x", ("label", "1"))] }));
        Assert.That(await KeysAsync(new StateQuery { Prefix = "e/", IndexName = "label", IndexValue = "127" }), Has.Count.EqualTo(8), "nothing was changed");

        // What the entries had counts alone when they are deleted, and with the new ones when they are changed.
        Assert.That((await Store.CommitAsync(new StateTransaction { Mutations = [.. eight.Take(4)] })).IsCommitted, Is.True);
        Assert.That((await Store.CommitAsync(new StateTransaction { Mutations = [.. eight.Select(put => Delete(put.Key))] })).IsCommitted, Is.True);
        Assert.That(await KeysAsync(new StateQuery { Prefix = "e/", IndexName = "label", IndexValue = "127" }), Is.Empty);
    }

    [TestCase("", "v")]
    [TestCase("Upper", "v")]
    [TestCase("a/b", "v")]
    [TestCase("é", "v")]
    [TestCase("name", "a\0b")]
    public async Task Index_pair_that_no_store_could_keep_apart_is_refused(string name, string value)
    {
        await RefusedAsync(() => Store.CommitAsync(new StateTransaction { Mutations = [Put("a", "x", (name, value))] }));
        await RefusedAsync(() => Store.CommitAsync(new StateTransaction { Mutations = [Put("a", "x", ("n", $"half {(char)0xd83d} of a pair"))] }));
        await RefusedAsync(() => Store.CommitAsync(new StateTransaction { Mutations = [Put("a", "x", ("n", new string('v', 513)))] }));
        await RefusedAsync(() => Store.CommitAsync(new StateTransaction { Mutations = [Put("a", "x", (new string('n', 65), "v"))] }));
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
}
