using System.Text.Json;
using Ovsdb.OvnNorthbound;
using Ovsdb.Tests.Support;

namespace Ovsdb.Tests.Integration;

[Category("Integration")]
internal sealed class OvsdbClientTests
{
    private OvsdbServer _server = null!;
    private OvsdbClient _client = null!;

    [SetUp]
    public async Task Connect()
    {
        _server = await OvsdbServer.StartAsync();
        _client = await OvsdbClient.ConnectAsync(_server.Options(Northbound.Schema));
    }

    [TearDown]
    public async Task Close()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task Transaction_inserts_rows_that_refer_to_one_another()
    {
        var transaction = new OvsdbTransaction();
        Guid port = transaction.Insert(new LogicalSwitchPort { Name = "p1", Addresses = ["dynamic"], Tag = 5 });
        Guid created = transaction.Insert(new LogicalSwitch { Name = "sw", Ports = [port], ExternalIds = [new("owner", "test"), new("é", "\"\\\n☃")] });
        OvsdbTransactionResult result = await _client.TransactAsync(transaction);

        var read = new OvsdbTransaction();
        OvsdbOperation switches = read.Select(LogicalSwitch.Table, LogicalSwitch.Columns.Name.EqualTo("sw"));
        OvsdbOperation ports = read.Select(LogicalSwitchPort.Table, OvsdbCondition.Every);
        OvsdbTransactionResult rows = await _client.TransactAsync(read);
        LogicalSwitch found = rows.RowsOf<LogicalSwitch>(switches).Single();
        LogicalSwitchPort foundPort = rows.RowsOf<LogicalSwitchPort>(ports).Single();

        Assert.That(found.Uuid, Is.EqualTo(result.UuidOf(created)));
        Assert.That(found.Ports, Is.EqualTo(new[] { result.UuidOf(port) }));
        Assert.That(found.ExternalIds["é"], Is.EqualTo("\"\\\n☃"));
        Assert.That(foundPort.Uuid, Is.EqualTo(result.UuidOf(port)));
        Assert.That(foundPort.Tag, Is.EqualTo(5));
        Assert.That(foundPort.Addresses, Is.EqualTo(new[] { "dynamic" }));
        Assert.That(foundPort.ParentName, Is.Null);
    }

    [Test]
    public async Task Replica_holds_what_this_client_has_written_when_the_answer_comes()
    {
        await using OvsdbReplica replica = await _client.ReplicateAsync();
        for (int i = 0; i < 200; i++)
        {
            var transaction = new OvsdbTransaction();
            Guid row = transaction.Insert(new LogicalSwitch { Name = $"sw{i}" });
            OvsdbTransactionResult result = await _client.TransactAsync(transaction);
            Assert.That(replica.Current.Table<LogicalSwitch>().Find(result.UuidOf(row))?.Name, Is.EqualTo($"sw{i}"));
        }

        Assert.That(replica.Current.Table<LogicalSwitch>(), Has.Count.EqualTo(200));
    }

    [Test]
    public async Task Error_names_the_operation_that_failed_and_nothing_takes_effect()
    {
        var transaction = new OvsdbTransaction();
        transaction.Insert(new LogicalSwitch { Name = "kept out" });
        transaction.Insert(new AddressSet { Name = "a" });
        transaction.Insert(new Acl { Action = "eat", Direction = "to-lport", Match = "1", Priority = 1 });
        OvsdbException error = (await Assert.ThrowsAsync<OvsdbException>(() => _client.TransactAsync(transaction)))!;

        Assert.That((error.Kind, error.OperationIndex, error.ServerError), Is.EqualTo((OvsdbErrorKind.Refused, 2, "constraint violation")));
        Assert.That(error.Message, Does.Contain("insert ACL").And.Contain("eat"));
        Assert.That(await CountAsync(LogicalSwitch.Table), Is.Zero);
    }

    [Test]
    public async Task Error_of_the_commit_itself_is_found_after_the_operations()
    {
        var transaction = new OvsdbTransaction();
        transaction.Insert(new AddressSet { Name = "same" });
        transaction.Insert(new AddressSet { Name = "same" });
        OvsdbException error = (await Assert.ThrowsAsync<OvsdbException>(() => _client.TransactAsync(transaction)))!;

        Assert.That((error.OperationIndex, error.ServerError), Is.EqualTo(((int?)null, "constraint violation")));
        Assert.That(await CountAsync(AddressSet.Table), Is.Zero);
    }

    [Test]
    public async Task Row_with_an_id_of_its_own_gets_it_and_only_once()
    {
        var id = Guid.CreateVersion7();
        var transaction = new OvsdbTransaction();
        transaction.Insert(new LogicalSwitch { Name = "mine" }, id);
        Assert.That((await _client.TransactAsync(transaction)).UuidOf(id), Is.EqualTo(id));

        OvsdbException error = (await Assert.ThrowsAsync<OvsdbException>(() => _client.TransactAsync(transaction)))!;
        Assert.That(error.ServerError, Is.EqualTo("duplicate uuid"));
    }

    [Test]
    public async Task Compare_and_set_lets_one_of_two_writers_through()
    {
        var create = new OvsdbTransaction();
        Guid made = create.Insert(new LogicalSwitch { Name = "sw" });
        Guid id = (await _client.TransactAsync(create)).UuidOf(made);
        await using OvsdbReplica replica = await _client.ReplicateAsync();
        LogicalSwitch seen = replica.Current.Table<LogicalSwitch>().Find(id)!;
        int won = 0, lost = 0;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            var change = new OvsdbTransaction();
            change.RequireUnchanged(seen);
            change.Update(id, new LogicalSwitch { OtherConfig = [new("winner", $"{i}")] });
            try
            {
                await _client.TransactAsync(change);
                Interlocked.Increment(ref won);
            }
            catch (OvsdbException e) when (e.Kind == OvsdbErrorKind.ConditionNotMet && e.OperationIndex == 0)
            {
                Interlocked.Increment(ref lost);
            }
        }));

        Assert.That((won, lost), Is.EqualTo((1, 19)));
    }

    [Test]
    public async Task Mutations_update_and_delete_tell_how_many_rows_they_met()
    {
        var create = new OvsdbTransaction();
        for (int i = 0; i < 3; i++)
            create.Insert(new LogicalSwitch { Name = "x", ExternalIds = [new("a", "1"), new("b", "2")] });
        await _client.TransactAsync(create);

        var change = new OvsdbTransaction();
        OvsdbOperation mutate = change.Mutate(
            LogicalSwitch.Table, [LogicalSwitch.Columns.Name.EqualTo("x")],
            LogicalSwitch.Columns.ExternalIds.Delete("a"), LogicalSwitch.Columns.ExternalIds.Insert("c", "3"));
        OvsdbOperation update = change.Update(new LogicalSwitch { Name = "y" }, LogicalSwitch.Columns.ExternalIds.Includes("c", "3"));
        OvsdbOperation select = change.Select(LogicalSwitch.Table, [LogicalSwitch.Columns.ExternalIds], [OvsdbCondition.Every]);
        OvsdbOperation nothing = change.Delete(LogicalSwitch.Table, LogicalSwitch.Columns.Name.EqualTo("x"));
        OvsdbOperation delete = change.Delete(LogicalSwitch.Table, LogicalSwitch.Columns.Name.NotEqualTo("x"));
        OvsdbTransactionResult result = await _client.TransactAsync(change);

        Assert.That(new[] { mutate, update, nothing, delete }.Select(result.CountOf), Is.EqualTo(new long[] { 3, 3, 0, 3 }));
        Assert.That(result.RowsOf<LogicalSwitch>(select).Select(row => row.ExternalIds.ToString()), Is.All.EqualTo("{b=2, c=3}"));
        Assert.That(() => result.RowsOf<LogicalSwitch>(select)[0].Name, Throws.InvalidOperationException.With.Message.Contains("name of Logical_Switch was not read"));
    }

    [Test]
    public async Task Several_changes_of_one_column_in_a_transaction_come_as_their_outcome()
    {
        await using OvsdbReplica replica = await _client.ReplicateAsync();
        var create = new OvsdbTransaction();
        Guid made = create.Insert(new LogicalSwitch { Name = "x", OtherConfig = [new("exclude_ips", "10.0.0.2"), new("subnet", "10.0.0.0/24")] });
        Guid id = (await _client.TransactAsync(create)).UuidOf(made);
        using OvsdbWatch watch = replica.Watch();
        var change = new OvsdbTransaction();
        change.Mutate(LogicalSwitch.Table, id, LogicalSwitch.Columns.OtherConfig.Delete("exclude_ips"));
        change.Mutate(LogicalSwitch.Table, id, LogicalSwitch.Columns.OtherConfig.Insert("exclude_ips", "10.0.0.3"));
        change.Update(id, new LogicalSwitch { Name = "y" });
        change.Update(id, new LogicalSwitch { Name = "z" });
        await _client.TransactAsync(change);
        var nothing = new OvsdbTransaction();
        nothing.Update(id, new LogicalSwitch { Name = "z" });
        await _client.TransactAsync(nothing);
        watch.Dispose();

        List<OvsdbRowChange> rows = [];
        await foreach (OvsdbChange each in watch)
            rows.AddRange(each.Rows);
        Assert.That(rows.Select(row => row.ToString()), Is.EqualTo(new[] { $"modify Logical_Switch {id}: name x -> z, other_config {{exclude_ips=10.0.0.2, subnet=10.0.0.0/24}} -> {{exclude_ips=10.0.0.3, subnet=10.0.0.0/24}}" }));
    }

    [Test]
    public async Task Ten_callers_at_once_share_a_connection_and_each_gets_its_own_answer()
    {
        Guid[] ids = await Task.WhenAll(Enumerable.Range(0, 10).Select(caller => Task.Run(async () =>
        {
            Guid last = Guid.Empty;
            for (int i = 0; i < 50; i++)
            {
                var transaction = new OvsdbTransaction();
                Guid row = transaction.Insert(new AddressSet { Name = $"{caller}-{i}" });
                OvsdbOperation select = transaction.Select(AddressSet.Table, AddressSet.Columns.Name.EqualTo($"{caller}-{i}"));
                OvsdbTransactionResult result = await _client.TransactAsync(transaction);
                Assert.That(result.RowsOf<AddressSet>(select).Single().Uuid, Is.EqualTo(last = result.UuidOf(row)));
            }

            return last;
        })));
        Assert.That(ids, Is.Unique);
        Assert.That(await CountAsync(AddressSet.Table), Is.EqualTo(500));
    }

    [Test]
    public async Task Schema_that_the_server_lacks_parts_of_is_refused_with_their_names()
    {
        var schema = new OvsdbSchema("OVN_Northbound", "99", new OvsdbTable("Logical_Switch", new OvsdbColumn("speed", new OvsdbColumnType(new OvsdbBaseType(OvsdbAtomicType.Real))),
            new OvsdbColumn("name", new OvsdbColumnType(new OvsdbBaseType(OvsdbAtomicType.Integer))), new OvsdbColumn("ports", new OvsdbColumnType(new OvsdbBaseType(OvsdbAtomicType.Uuid), min: 0))), new OvsdbTable("Teleporter"));
        OvsdbException error = (await Assert.ThrowsAsync<OvsdbException>(() => OvsdbClient.ConnectAsync(_server.Endpoint, schema)))!;
        Assert.That(error.Kind, Is.EqualTo(OvsdbErrorKind.Schema));
        Assert.That(error.Message, Does.Contain("the column Logical_Switch.speed is missing").And.Contain("the table Teleporter is missing").And.Contain("the column Logical_Switch.name is string and not integer"));

        Assert.That(error.Message, Does.Contain("the column Logical_Switch.ports is set of reference to Logical_Switch_Port and not optional uuid"));

        error = (await Assert.ThrowsAsync<OvsdbException>(() => OvsdbClient.ConnectAsync(_server.Endpoint, Ovsdb.OpenVswitch.Vswitch.Schema)))!;
        Assert.That(error.Message, Does.Contain("has no database Open_vSwitch; it has OVN_Northbound"));
    }

    [Test]
    public async Task Missing_columns_are_done_without_where_that_is_allowed()
    {
        var table = new OvsdbTable("Logical_Switch", new OvsdbColumn("name", new OvsdbColumnType(new OvsdbBaseType(OvsdbAtomicType.String))), new OvsdbColumn("speed", new OvsdbColumnType(new OvsdbBaseType(OvsdbAtomicType.Real))));
        OvsdbClientOptions options = _server.Options(new OvsdbSchema("OVN_Northbound", "99", table, new OvsdbTable("Teleporter")));
        options.TolerateMissing = true;
        await using OvsdbClient newer = await OvsdbClient.ConnectAsync(options);
        await using OvsdbReplica replica = await newer.ReplicateAsync();
        var transaction = new OvsdbTransaction();
        transaction.Insert(new OvsdbRow(table) { ["name"] = "x" });
        await newer.TransactAsync(transaction);
        OvsdbRow row = replica.Current.Table("Logical_Switch").Single();
        Assert.That((row["name"], row.Has(table.Column("speed")), replica.Current.Table("Teleporter").Count), Is.EqualTo(((object)"x", false, 0)));
        Assert.That(() => row["speed"], Throws.InvalidOperationException.With.Message.Contains("speed of Logical_Switch was not read"));
    }

    [Test]
    public async Task Replica_of_some_columns_and_rows_follows_rows_that_come_to_meet_its_conditions()
    {
        var options = new OvsdbReplicaOptions();
        options.Tables.Add(new OvsdbTableSelection(LogicalSwitch.Table)
        {
            Columns = [LogicalSwitch.Columns.Name],
            Where = [LogicalSwitch.Columns.Name.EqualTo("a"), LogicalSwitch.Columns.Name.EqualTo("b")],
            Indexes = [OvsdbIndex.On(LogicalSwitch.Columns.Name)],
        });
        await using OvsdbReplica replica = await _client.ReplicateAsync(options);
        Dictionary<string, Guid> ids = [];
        foreach (string name in new[] { "a", "b", "c" })
        {
            var create = new OvsdbTransaction();
            Guid made = create.Insert(new LogicalSwitch { Name = name, OtherConfig = [new("k", "v")] });
            ids[name] = (await _client.TransactAsync(create)).UuidOf(made);
        }

        Assert.That(replica.Current.Table<LogicalSwitch>().Select(row => row.Name), Is.EquivalentTo(new[] { "a", "b" }));
        var rename = new OvsdbTransaction();
        rename.Update(ids["a"], new LogicalSwitch { Name = "z" });
        rename.Update(ids["c"], new LogicalSwitch { Name = "b" });
        await _client.TransactAsync(rename);
        OvsdbRowCollection<LogicalSwitch> rows = replica.Current.Table<LogicalSwitch>();
        Assert.That(rows.Where(LogicalSwitch.Columns.Name, "b").Select(row => row.Uuid), Is.EquivalentTo(new[] { ids["b"], ids["c"] }));
        Assert.That(rows.Where(LogicalSwitch.Columns.Name, "a"), Is.Empty);
        Assert.That(rows.Find([ids["a"], ids["b"]]).Single().Uuid, Is.EqualTo(ids["b"]));
        Assert.That(() => rows.Where(LogicalSwitch.Columns.Ports, ids["a"]), Throws.InvalidOperationException.With.Message.Contains("no index on Logical_Switch.ports"));
        Assert.That(() => replica.Current.Table<Acl>(), Throws.InvalidOperationException.With.Message.Contains("does not hold the table ACL; it holds Logical_Switch"));
        Assert.That(() => rows.First().OtherConfig, Throws.InvalidOperationException);
    }

    [Test]
    public async Task Any_schema_is_reached_by_names()
    {
        await using OvsdbClient raw = await OvsdbClient.ConnectAsync(new OvsdbClientOptions { Endpoints = _server.Endpoint, Database = "OVN_Northbound" });
        OvsdbTable table = raw.Schema.Table("Logical_Switch");
        await using OvsdbReplica replica = await raw.ReplicateAsync();
        var transaction = new OvsdbTransaction();
        Guid id = transaction.Insert(new OvsdbRow(table) { ["name"] = "raw", ["external_ids"] = new Dictionary<string, string> { ["k"] = "v" } });
        transaction.Mutate(table, id, table.Column("other_config").Change("insert", new Dictionary<string, string> { ["mtu"] = "1442" }));
        OvsdbTransactionResult result = await raw.TransactAsync(transaction);

        OvsdbRow row = replica.Current.Table("Logical_Switch").Find(result.UuidOf(id))!;
        Assert.That(row["name"], Is.EqualTo("raw"));
        Assert.That(row["external_ids"]!.ToString(), Is.EqualTo("{k=v}"));
        Assert.That(row["other_config"]!.ToString(), Is.EqualTo("{mtu=1442}"));
        Assert.That(row["ports"], Is.Empty);
    }

    [Test]
    public async Task Unknown_method_and_echo_and_names_of_databases()
    {
        await _client.EchoAsync();
        Assert.That(await _client.ListDatabasesAsync(), Is.EquivalentTo(new[] { "OVN_Northbound", "_Server" }));
        OvsdbException error = (await Assert.ThrowsAsync<OvsdbException>(() => _client.CallAsync("fly", writer => { writer.WriteStartArray(); writer.WriteEndArray(); })))!;
        Assert.That((error.Kind, error.ServerError), Is.EqualTo((OvsdbErrorKind.Refused, "unknown method")));
        JsonElement id = await _client.CallAsync("get_server_id", writer => { writer.WriteStartArray(); writer.WriteEndArray(); });
        Assert.That(id.ValueKind, Is.EqualTo(JsonValueKind.String));
        Assert.That(async () => await _client.CallAsync("echo", writer => writer.WriteStartArray()), Throws.ArgumentException);
        Assert.That(async () => await _client.CallAsync("echo", writer => writer.WriteStringValue("x")), Throws.ArgumentException);
        await _client.EchoAsync();
    }

    [Test]
    public async Task Deadline_and_cancellation_end_a_transaction_that_waits_on_the_server_too()
    {
        var waits = new OvsdbTransaction();
        waits.Wait(LogicalSwitch.Table, [OvsdbCondition.Every], [LogicalSwitch.Columns.Name], [new LogicalSwitch { Name = "later" }], timeout: Timeout.InfiniteTimeSpan);
        waits.Insert(new LogicalSwitch { Name = "never" });
        OvsdbException error = (await Assert.ThrowsAsync<OvsdbException>(() => _client.TransactAsync(waits, TimeSpan.FromMilliseconds(200))))!;
        Assert.That((error.Kind, error.IsOutcomeUnknown), Is.EqualTo((OvsdbErrorKind.Deadline, true)));
        using var cancel = new CancellationTokenSource(200);
        Assert.That(async () => await _client.TransactAsync(waits, null, cancel.Token), Throws.InstanceOf<OperationCanceledException>());

        var meets = new OvsdbTransaction();
        meets.Insert(new LogicalSwitch { Name = "later" });
        await _client.TransactAsync(meets);
        await _client.EchoAsync();
        Assert.That(await CountAsync(LogicalSwitch.Table), Is.EqualTo(1), "what was given up had been ended on the server");
    }

    private async Task<int> CountAsync(OvsdbTable table)
    {
        var read = new OvsdbTransaction();
        OvsdbOperation rows = read.Select(table, OvsdbCondition.Every);
        return (await _client.TransactAsync(read)).RowsOf<OvsdbRow>(rows).Count;
    }
}
