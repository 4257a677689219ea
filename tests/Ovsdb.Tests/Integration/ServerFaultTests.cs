using LimiQuantix.Testing;
using Ovsdb.OvnNorthbound;
using Ovsdb.Tests.Support;

namespace Ovsdb.Tests.Integration;

[Category("Integration")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class ServerFaultTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Test]
    public async Task Replica_follows_a_server_that_is_killed_and_started_again()
    {
        await using OvsdbServer server = await OvsdbServer.StartAsync();
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(server.Options(Northbound.Schema));
        await using OvsdbReplica replica = await client.ReplicateAsync();
        using OvsdbWatch watch = replica.Watch();
        await InsertAsync(client, "first");
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(3));
        for (int i = 0; i < 3; i++)
        {
            server.Kill();
            while (replica.IsLive)
                await Task.Delay(10, deadline.Token);
            Assert.That(replica.Current.Table<LogicalSwitch>(), Has.Count.EqualTo(1 + i), "the content stays readable");
            Task waiting = InsertAsync(client, $"after {i}");
            await Task.Delay(100);
            await server.StartAgainAsync();
            await waiting;
            using var late = new CancellationTokenSource(Patience);
            await replica.WaitAsync(now => now.Table<LogicalSwitch>().Count == 2 + i, late.Token);
            Assert.That(replica.IsLive, Is.True);
        }

        int inserted = 0;
        await foreach (OvsdbChange change in watch)
        {
            inserted += change.Rows.Count(row => row.IsInsert);
            Assert.That(change.Rows.Where(row => row.IsDelete), Is.Empty, "what is still there was not told to be gone");
            if (inserted == 4)
                break;
        }
    }

    [Test]
    public async Task Frozen_server_is_found_out_and_calls_end_in_time()
    {
        await using OvsdbServer server = await OvsdbServer.StartAsync();
        OvsdbClientOptions options = server.Options(Northbound.Schema);
        options.ProbeInterval = TimeSpan.FromMilliseconds(500);
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(options);
        await using OvsdbReplica replica = await client.ReplicateAsync();
        server.Freeze();
        OvsdbException error = (await Assert.ThrowsAsync<OvsdbException>(() => client.TransactAsync(Insert("late"), TimeSpan.FromMilliseconds(200))))!;
        Assert.That((error.Kind, error.IsOutcomeUnknown), Is.EqualTo((OvsdbErrorKind.Deadline, true)));
        for (int i = 0; replica.IsLive && i < 500; i++)
            await Task.Delay(20);
        Assert.That(replica.IsLive, Is.False, "the silence was noticed");
        error = (await Assert.ThrowsAsync<OvsdbException>(() => client.TransactAsync(Insert("never sent"), TimeSpan.FromMilliseconds(200))))!;
        Assert.That((error.Kind, error.IsOutcomeUnknown), Is.EqualTo((OvsdbErrorKind.Deadline, false)));

        server.Thaw();
        await InsertAsync(client, "thawed");
        using var late = new CancellationTokenSource(Patience);
        await replica.WaitAsync(now => now.Table<LogicalSwitch>().Any(row => row.Name == "thawed"), late.Token);
        Assert.That(replica.Current.Table<LogicalSwitch>().Any(row => row.Name == "never sent"), Is.False);
    }

    [Test]
    public async Task Frozen_server_is_found_out_also_while_more_is_to_be_sent_than_fits()
    {
        await using OvsdbServer server = await OvsdbServer.StartAsync();
        OvsdbClientOptions options = server.Options(Northbound.Schema);
        options.ProbeInterval = TimeSpan.FromMilliseconds(500);
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(options);
        await using OvsdbReplica replica = await client.ReplicateAsync();
        server.Freeze();
        var large = new OvsdbTransaction();
        large.Insert(new LogicalSwitch { Name = new string('x', 20_000_000) });
        Task<OvsdbException?>[] calls = [.. Enumerable.Range(0, 10).Select(_ => FailureAsync(() => client.TransactAsync(large, TimeSpan.FromSeconds(10))))];
        OvsdbException?[] failures = await Task.WhenAll(calls).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(failures, Is.All.Not.Null);
        for (int i = 0; replica.IsLive && i < 500; i++)
            await Task.Delay(20);
        Assert.That(replica.IsLive, Is.False);
        server.Thaw();
        await InsertAsync(client, "thawed");
    }

    [Test]
    public async Task Compaction_under_the_client_is_not_noticed()
    {
        await using OvsdbServer server = await OvsdbServer.StartAsync();
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(server.Options(Northbound.Schema));
        await using OvsdbReplica replica = await client.ReplicateAsync();
        for (int i = 0; i < 100; i++)
        {
            await InsertAsync(client, $"{i}");
            if (i % 20 == 10)
                await server.ControlAsync("ovsdb-server/compact");
        }

        Assert.That(replica.Current.Table<LogicalSwitch>(), Has.Count.EqualTo(100));
    }

    [Test]
    public async Task Schema_upgraded_under_the_client_is_taken_when_it_fits_and_named_when_it_does_not()
    {
        await using OvsdbServer server = await OvsdbServer.StartAsync();
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(server.Options(Northbound.Schema));
        await using OvsdbClient raw = await OvsdbClient.ConnectAsync(new OvsdbClientOptions { Endpoints = server.Endpoint, Database = "OVN_Northbound" });
        await using OvsdbReplica replica = await client.ReplicateAsync();
        await using OvsdbReplica rawReplica = await raw.ReplicateAsync();
        await InsertAsync(client, "before");
        using OvsdbWatch watch = replica.Watch();

        string schema = await File.ReadAllTextAsync(OvsdbServer.Schema("ovn-nb.ovsschema"));
        string newer = server.Folder.Combine("newer");
        await File.WriteAllTextAsync(newer, schema.Replace("\"Logical_Switch\": {\n            \"columns\": {", "\"Logical_Switch\": {\n            \"columns\": {\n \"colour\": {\"type\": \"string\"},", StringComparison.Ordinal));
        await server.ClientAsync("convert", server.Endpoint, newer);
        await InsertAsync(client, "after");
        using var late = new CancellationTokenSource(Patience);
        await replica.WaitAsync(now => now.Table<LogicalSwitch>().Count == 2, late.Token);
        await rawReplica.WaitAsync(now => now.Table("Logical_Switch").Count == 2, late.Token);
        Assert.That(client.Schema.Table("Logical_Switch").FindColumn("colour"), Is.Not.Null);
        Assert.That(raw.Schema.Table("Logical_Switch").FindColumn("colour"), Is.Not.Null);
        await foreach (OvsdbChange change in watch)
        {
            Assert.That(change.Rows.Where(row => row.IsDelete), Is.Empty);
            if (change.After.Table<LogicalSwitch>().Count == 2)
                break;
        }

        string older = server.Folder.Combine("older");
        await File.WriteAllTextAsync(older, schema.Replace("\"other_config\"", "\"no_longer_config\"", StringComparison.Ordinal));
        await server.ClientAsync("convert", server.Endpoint, older);
        OvsdbException? error = null;
        for (int i = 0; error is null && i < 200; i++)
        {
            error = await FailureAsync(() => client.TransactAsync(Insert("refused"), TimeSpan.FromSeconds(2)));
            await Task.Delay(50);
        }

        Assert.That(error?.Kind, Is.EqualTo(OvsdbErrorKind.Schema));
        Assert.That(error!.Message, Does.Contain("Logical_Switch.other_config is missing"));

        await server.ClientAsync("convert", server.Endpoint, newer);
        Assert.That(await FailureAsync(async () =>
        {
            while (await FailureAsync(() => client.TransactAsync(Insert("back"))) is not null)
                await Task.Delay(50, late.Token);
        }), Is.Null);
    }

    [Test]
    public async Task Hundred_thousand_rows_are_loaded_and_found_by_their_index()
    {
        const int Rows = 100_000;
        await using OvsdbServer server = await OvsdbServer.StartAsync();
        OvsdbClientOptions unhurried = server.Options(Northbound.Schema);
        // After the restart a call waits until the replica is there again.
        unhurried.CallTimeout = TimeSpan.FromMinutes(4);
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(unhurried);
        for (int i = 0; i < Rows; i += 5000)
        {
            var transaction = new OvsdbTransaction();
            for (int j = i; j < i + 5000; j++)
                transaction.Insert(new AddressSet { Name = $"set{j}", Addresses = [$"10.{j / 65536}.{j / 256 % 256}.{j % 256}", "fe80::1"], ExternalIds = [new("number", $"{j}")] });
            await client.TransactAsync(transaction, Patience);
        }

        await using OvsdbReplica replica = await client.ReplicateAsync(new OvsdbReplicaOptions().Add<AddressSet>(OvsdbIndex.On(AddressSet.Columns.ExternalIds, "number")));
        OvsdbRowCollection<AddressSet> sets = replica.Current.Table<AddressSet>();
        Assert.That(sets, Has.Count.EqualTo(Rows));
        for (int i = 0; i < Rows; i += 997)
        {
            Assert.That(sets.Where(AddressSet.Columns.Name, $"set{i}").Single().Addresses, Does.Contain($"10.{i / 65536}.{i / 256 % 256}.{i % 256}"));
            Assert.That(sets.Where(AddressSet.Columns.ExternalIds, "number", $"{i}").Single().Name, Is.EqualTo($"set{i}"));
        }

        using OvsdbWatch watch = replica.Watch();
        server.Kill();
        await server.StartAgainAsync();
        await InsertAsync(client, "unseen");
        await foreach (OvsdbChange change in watch)
        {
            Assert.That(change.Cause, Is.EqualTo(OvsdbChangeCause.Replaced));
            Assert.That(change.Rows, Is.Empty, "all is as it was");
            break;
        }

        Soak.Note(Rows, "rows in an OVSDB replica's first content, found by index, and again after the server's restart");
    }

    [Test]
    public async Task Slow_reader_gets_what_it_missed_as_one_change_and_holds_back_nobody()
    {
        await using OvsdbServer server = await OvsdbServer.StartAsync();
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(server.Options(Northbound.Schema));
        await using OvsdbReplica replica = await client.ReplicateAsync();
        using OvsdbWatch watch = replica.Watch(capacity: 10);
        for (int i = 0; i < 500; i++)
            await InsertAsync(client, $"{i}");
        var remove = new OvsdbTransaction();
        remove.Delete(LogicalSwitch.Table, LogicalSwitch.Columns.Name.EqualTo("7"));
        await client.TransactAsync(remove);

        HashSet<Guid> seen = [];
        OvsdbSnapshot last = watch.Start;
        List<OvsdbChangeCause> causes = [];
        await foreach (OvsdbChange change in watch)
        {
            Assert.That(change.Before, Is.SameAs(last), "there is no gap");
            last = change.After;
            causes.Add(change.Cause);
            foreach (OvsdbRowChange row in change.Rows)
                Assert.That(row.IsDelete ? seen.Remove(row.Uuid) : seen.Add(row.Uuid), Is.True);
            if (ReferenceEquals(last, replica.Current))
                break;
        }

        Assert.That(causes, Does.Contain(OvsdbChangeCause.Merged).And.Count.LessThanOrEqualTo(11));
        Assert.That(seen, Is.EquivalentTo(replica.Current.Table<LogicalSwitch>().Select(row => row.Uuid)).And.Count.EqualTo(499));
    }

    private static OvsdbTransaction Insert(string name)
    {
        var transaction = new OvsdbTransaction { Repeat = OvsdbRepeat.Once };
        transaction.Insert(new LogicalSwitch { Name = name }, Guid.NewGuid());
        return transaction;
    }

    private static async Task InsertAsync(OvsdbClient client, string name) => await client.TransactAsync(Insert(name));

    private static async Task<OvsdbException?> FailureAsync(Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (OvsdbException e)
        {
            return e;
        }
    }
}
