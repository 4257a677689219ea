using Ovsdb.Tests.Support;

namespace Ovsdb.Tests.Rpc;

/// <summary>Servers that are old, wrong or ill-natured.</summary>
internal sealed class FakeServerTests
{
    private const string Row = "00000000-0000-4000-8000-0000000000aa";

    [TestCase("monitor_cond", """{"T":{"00000000-0000-4000-8000-0000000000aa":{"initial":{"name":"a"}}}}""", """{"id":null,"method":"update2","params":["replica-1",{"T":{"00000000-0000-4000-8000-0000000000aa":{"modify":{"name":"b","many":["set",[1,2]]}}}}]}""")]
    [TestCase("monitor", """{"T":{"00000000-0000-4000-8000-0000000000aa":{"new":{"name":"a","many":["set",[]]}}}}""", """{"id":null,"method":"update","params":["replica-1",{"T":{"00000000-0000-4000-8000-0000000000aa":{"old":{"name":"a"},"new":{"name":"b","many":["set",[1,2]]}}}}]}""")]
    public async Task Older_server_is_followed_by_what_it_knows(string method, string initial, string update)
    {
        await using var server = new FakeServer();
        server.Answer = (called, _, id) => called == method ? FakeServer.Result(id, initial) : called.StartsWith("monitor", StringComparison.Ordinal) || called == "set_db_change_aware" ? $$"""{"id":{{id}},"error":"unknown method"}""" : null;
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(server.Options);
        await using OvsdbReplica replica = await client.ReplicateAsync();
        Assert.That(replica.Current.Table("T").Single()["name"], Is.EqualTo("a"));
        await server.SendAsync(update);
        OvsdbSnapshot now = await replica.WaitAsync(snapshot => (string)snapshot.Table("T").Single()["name"]! == "b");
        Assert.That(now.Table("T").Single()["many"], Is.EqualTo(new[] { 1L, 2L }));
        await server.SendAsync(update.Replace(method == "monitor" ? "\"new\":" : "\"modify\":{\"name\":\"b\",\"many\":[\"set\",[1,2]]}", method == "monitor" ? "\"gone\":" : "\"delete\":null", StringComparison.Ordinal));
        await replica.WaitAsync(snapshot => snapshot.Table("T").Count == 0);
    }

    [Test]
    public async Task Cluster_without_a_leader_ends_in_an_error_in_time_and_is_not_stormed()
    {
        await using var one = new FakeServer { Model = "clustered", IsLeader = false };
        await using var two = new FakeServer { Model = "clustered", IsConnected = false };
        OvsdbClientOptions options = one.Options;
        options.Endpoints = $"{one.Endpoint},{two.Endpoint}";
        options.CallTimeout = TimeSpan.FromSeconds(2);
        options.Reconnect.FirstDelay = TimeSpan.FromMilliseconds(50);
        options.Reconnect.MaxDelay = TimeSpan.FromMilliseconds(500);
        OvsdbException error = (await Assert.ThrowsAsync<OvsdbException>(() => OvsdbClient.ConnectAsync(options)))!;
        Assert.That(error.Kind, Is.EqualTo(OvsdbErrorKind.Deadline));
        Assert.That(error.Message, Does.Contain("not the leader").Or.Contain("no connection to its cluster"));
        Assert.That(one.Connections, Is.InRange(3, 12));
    }

    [Test]
    public async Task Leader_is_found_among_the_members_and_left_when_it_no_longer_leads()
    {
        await using var one = new FakeServer { Model = "clustered", IsLeader = false };
        await using var two = new FakeServer { Model = "clustered" };
        OvsdbClientOptions options = one.Options;
        options.Endpoints = $"{one.Endpoint},{two.Endpoint}";
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(options);
        Assert.That(client.ConnectedTo?.ToString(), Is.EqualTo(two.Endpoint));
        two.IsLeader = false;
        one.IsLeader = true;
        await two.SendAsync("""{"id":null,"method":"update3","params":["server","00000000-0000-0000-0000-000000000000",{"Database":{"00000000-0000-4000-8000-000000000001":{"modify":{"leader":false}}}}]}""");
        await UntilAsync(() => client.ConnectedTo?.ToString() == one.Endpoint);

        options.LeaderOnly = false;
        two.IsConnected = false;
        options.Endpoints = two.Endpoint;
        options.CallTimeout = TimeSpan.FromMilliseconds(300);
        Assert.That((await Assert.ThrowsAsync<OvsdbException>(() => OvsdbClient.ConnectAsync(options)))!.Message, Does.Contain("no connection to its cluster"));
        two.IsConnected = true;
        await using OvsdbClient any = await OvsdbClient.ConnectAsync(options);
    }

    [Test]
    public async Task Member_with_older_data_than_was_read_is_not_used()
    {
        await using var one = new FakeServer { Model = "clustered", LogIndex = 100 };
        await using var two = new FakeServer { Model = "clustered", LogIndex = 90 };
        OvsdbClientOptions options = one.Options;
        options.Endpoints = $"{one.Endpoint},{two.Endpoint}";
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(options);
        one.IsLeader = false;
        one.Cut();
        await UntilAsync(() => two.Connections > 2);
        Assert.That(client.ConnectedTo, Is.Null);
        two.LogIndex = 100;
        await UntilAsync(() => client.ConnectedTo?.ToString() == two.Endpoint);
    }

    [Test]
    public async Task Replica_that_does_not_fit_what_the_server_says_is_read_anew()
    {
        await using var server = new FakeServer();
        server.Answer = (called, parameters, id) => called == "monitor_cond_since" && parameters[0].GetString() == "Test"
            ? FakeServer.Result(id, """[true,"00000000-0000-0000-0000-000000000001",{"T":{"ROW":{"initial":{"name":"COUNT"}}}}]""".Replace("ROW", Row, StringComparison.Ordinal).Replace("COUNT", $"{server.Connections}", StringComparison.Ordinal)) : null;
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(server.Options);
        await using OvsdbReplica replica = await client.ReplicateAsync();
        using OvsdbWatch watch = replica.Watch();
        await server.SendAsync("""{"id":null,"method":"update3","params":["replica-1","00000000-0000-0000-0000-000000000009",{"T":{"ROW":{"modify":{"name":"half"}},"00000000-0000-4000-8000-0000000000bb":{"modify":{"name":"b"}}}}]}""".Replace("ROW", Row, StringComparison.Ordinal));
        await foreach (OvsdbChange change in watch)
        {
            Assert.That(change.Cause, Is.EqualTo(OvsdbChangeCause.Replaced), "nothing of the half transaction was seen, and what was found was not gone on from");
            Assert.That(change.After.Table("T").Single()["name"], Is.EqualTo("2"));
            break;
        }
    }

    [Test]
    public async Task Canceled_monitor_is_set_up_again_with_the_schema_read_anew()
    {
        await using var server = new FakeServer();
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(server.Options);
        await using OvsdbReplica replica = await client.ReplicateAsync();
        server.Schema = server.Schema.Replace("1.0.0", "2.0.0", StringComparison.Ordinal);
        server.Answer = (called, parameters, id) => called == "monitor_cond_since" && parameters[1].GetString() != "server"
            ? FakeServer.Result(id, """[false,"00000000-0000-0000-0000-000000000000",{"T":{"ROW":{"initial":{"name":"new"}}}}]""".Replace("ROW", Row, StringComparison.Ordinal)) : null;
        await server.SendAsync("""{"id":null,"method":"monitor_canceled","params":["replica-1"]}""");
        await replica.WaitAsync(now => now.Table("T").Count == 1);
        Assert.That((client.Schema.Version, server.Connections), Is.EqualTo(("2.0.0", 1)));
    }

    [TestCase("[]", "answered 0 of 2")]
    [TestCase("[{}]", "answered 1 of 2")]
    [TestCase("[{},{}]", "operation 0 (insert T) is not that of such an operation")]
    [TestCase("""[{"uuid":["uuid","00000000-0000-4000-8000-0000000000aa"]},null]""", "operation 1 (select T) is not that")]
    [TestCase("""{"uuid":1}""", "StartObject")]
    [TestCase("""[{"uuid":["named-uuid","x"]},{"rows":[]}]""", "where an id belongs")]
    [TestCase("""[{"uuid":["uuid","00000000-0000-4000-8000-0000000000aa"]},{"rows":[{"name":5}]}]""", "Number")]
    [TestCase("null", "is not that of such an operation")]
    public async Task Answer_that_is_none_is_an_error_and_not_a_success(string result, string message)
    {
        await using var server = new FakeServer();
        server.Answer = (called, _, id) => called == "transact" ? FakeServer.Result(id, result) : null;
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(server.Options);
        var transaction = new OvsdbTransaction();
        OvsdbTable table = client.Schema.Table("T");
        transaction.Insert(new OvsdbRow(table) { ["name"] = "x" });
        transaction.Select(table, OvsdbCondition.Every);
        OvsdbException error = (await Assert.ThrowsAsync<OvsdbException>(() => client.TransactAsync(transaction)))!;
        Assert.That(error.IsOutcomeUnknown, Is.True);
        Assert.That(result == "null" ? "is not that of such an operation" : error.Message, Does.Contain(message));
        await client.EchoAsync();
    }

    [Test]
    public async Task Error_after_many_right_elements_is_found()
    {
        await using var server = new FakeServer();
        server.Answer = (called, parameters, id) => called == "transact"
            ? FakeServer.Result(id, $$"""[{{string.Join(',', Enumerable.Repeat("""{"count":1}""", parameters.GetArrayLength() - 1))}},{"error":"referential integrity violation","details":"why"}]""") : null;
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(server.Options);
        var transaction = new OvsdbTransaction();
        for (int i = 0; i < 100; i++)
            transaction.Delete(client.Schema.Table("T"), Guid.NewGuid());
        OvsdbException error = (await Assert.ThrowsAsync<OvsdbException>(() => client.TransactAsync(transaction)))!;
        Assert.That((error.ServerError, error.Details, error.OperationIndex), Is.EqualTo(("referential integrity violation", "why", (int?)null)));
    }

    [Test]
    public async Task Lost_answer_is_told_as_unknown_and_repeated_only_when_allowed()
    {
        await using var server = new FakeServer();
        int transacts = 0;
        server.Answer = (called, _, id) =>
        {
            if (called != "transact" || ++transacts % 2 == 0)
                return called == "transact" ? FakeServer.Result(id, """[{"count":1}]""") : null;
            server.Cut();
            return "";
        };
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(server.Options);
        var transaction = new OvsdbTransaction();
        transaction.Delete(client.Schema.Table("T"), OvsdbCondition.Every);
        OvsdbException error = (await Assert.ThrowsAsync<OvsdbException>(() => client.TransactAsync(transaction)))!;
        Assert.That((error.Kind, error.IsOutcomeUnknown, transacts), Is.EqualTo((OvsdbErrorKind.Connection, true, 1)));
        transacts = 0;
        transaction.Repeat = OvsdbRepeat.Idempotent;
        await client.TransactAsync(transaction);
        Assert.That(transacts, Is.EqualTo(2));
        transaction.Repeat = OvsdbRepeat.Once;
        Assert.That(async () => await client.TransactAsync(transaction), Throws.ArgumentException.With.Message.Contains("id of its own"));
    }

    [Test]
    public async Task Echo_of_the_server_is_answered_and_unknown_messages_are_passed_over()
    {
        await using var server = new FakeServer();
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(server.Options);
        await server.SendAsync("""{"id":"echo","method":"echo","params":[1,{"a":"b"}]}{"id":7,"method":"sing","params":[]}{"id":999999,"result":{},"error":null}{"id":null,"method":"news","params":[{"x":[]}],"more":true}""");
        await client.EchoAsync();
        lock (server.Called)
            Assert.That(server.Called.Count(each => each == "answer"), Is.EqualTo(2));
        Assert.That(server.Connections, Is.EqualTo(1));
    }

    [TestCase("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [TestCase("""{"id":null,"method":"update3","params":7}""")]
    [TestCase("""{"id":null,"method":"update3"}""")]
    [TestCase("""{"id":null,"method":"update3","params":["server","00000000-0000-0000-0000-000000000000",{"Other":{}}]}""")]
    [TestCase("""{"id":null,"method":"update3","params":["server","x",{}]}""")]
    [TestCase("""{"id":null,"result":{},"error":null}""")]
    [TestCase("""{"id" 5}""")]
    [TestCase("{\"method\":\"\\ud800\",\"params\":[],\"id\":null}")]
    public async Task What_is_no_protocol_ends_the_connection_with_its_reason_and_another_is_opened(string text)
    {
        await using var server = new FakeServer();
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(server.Options);
        await server.SendAsync(text);
        await UntilAsync(() => server.Connections == 2 && client.ConnectedTo is not null);
        await client.EchoAsync();
    }

    [Test]
    public async Task Silent_server_does_not_hold_whoever_connects()
    {
        await using var server = new FakeServer { Answer = (_, _, _) => "" };
        OvsdbClientOptions options = server.Options;
        options.ConnectTimeout = TimeSpan.FromMilliseconds(200);
        options.CallTimeout = TimeSpan.FromSeconds(1);
        OvsdbException error = (await Assert.ThrowsAsync<OvsdbException>(() => OvsdbClient.ConnectAsync(options)))!;
        Assert.That(error.Message, Does.Contain("did not become usable within 0.2 s"));
    }

    [Test]
    public async Task Calls_beyond_the_limit_wait_for_their_turn_and_their_deadline()
    {
        await using var server = new FakeServer();
        OvsdbClientOptions options = server.Options;
        options.MaxOutstandingCalls = 2;
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(options);
        server.Answer = (called, _, _) => called == "transact" ? "" : null;
        Task<OvsdbTransactionResult>[] held = [.. Enumerable.Range(0, 2).Select(_ => client.TransactAsync(new OvsdbTransaction(), TimeSpan.FromSeconds(1)))];
        OvsdbException late = (await Assert.ThrowsAsync<OvsdbException>(() => client.EchoAsync(TimeSpan.FromMilliseconds(100))))!;
        Assert.That((late.Kind, late.IsOutcomeUnknown), Is.EqualTo((OvsdbErrorKind.Deadline, false)));
        foreach (Task<OvsdbTransactionResult> each in held)
            Assert.That((await Assert.ThrowsAsync<OvsdbException>(() => each))!.IsOutcomeUnknown, Is.True);
        await client.EchoAsync();
    }

    [Test]
    public async Task Nobody_there_is_told_at_once_and_rounds_have_a_limit()
    {
        OvsdbException error = (await Assert.ThrowsAsync<OvsdbException>(() => OvsdbClient.ConnectAsync(new OvsdbClientOptions { Endpoints = "unix:/nonexistent/db.sock", Database = "x" })))!;
        Assert.That(error.Message, Does.Contain("There is no such socket: is the server running"));

        await using var server = new FakeServer();
        OvsdbClientOptions options = server.Options;
        options.Reconnect.MaxRounds = 3;
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(options);
        await using OvsdbReplica replica = await client.ReplicateAsync();
        using OvsdbWatch watch = replica.Watch();
        await server.DisposeAsync();
        OvsdbException reason = await client.Closed.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(reason.Kind, Is.EqualTo(OvsdbErrorKind.Connection));
        Assert.That(async () => { await foreach (OvsdbChange _ in watch) { } }, Throws.TypeOf<OvsdbException>());
        Assert.That(async () => await client.EchoAsync(), Throws.TypeOf<OvsdbException>());
    }

    [Test]
    public async Task Disposal_ends_what_waits()
    {
        await using var server = new FakeServer();
        OvsdbClient client = await OvsdbClient.ConnectAsync(server.Options);
        OvsdbReplica replica = await client.ReplicateAsync();
        using OvsdbWatch watch = replica.Watch();
        server.Answer = (called, _, _) => called == "transact" ? "" : null;
        Task<OvsdbTransactionResult> call = client.TransactAsync(new OvsdbTransaction());
        await client.DisposeAsync();
        Assert.That(async () => await call, Throws.TypeOf<OvsdbException>());
        int changes = 0;
        await foreach (OvsdbChange _ in watch)
            changes++;
        Assert.That((changes, replica.IsLive), Is.EqualTo((0, false)));
        Assert.That(async () => await client.EchoAsync(), Throws.InstanceOf<ObjectDisposedException>());
        await client.DisposeAsync();
    }

    [Test]
    public void Wrong_options_are_told_by_name()
    {
        Assert.That(() => OvsdbClient.ConnectAsync(new OvsdbClientOptions { Database = "x" }), Throws.ArgumentException.With.Message.Contains("Endpoints is empty"));
        Assert.That(() => OvsdbClient.ConnectAsync(new OvsdbClientOptions { Endpoints = "unix:/x" }), Throws.ArgumentException.With.Message.Contains("say which database"));
        Assert.That(() => OvsdbClient.ConnectAsync(new OvsdbClientOptions { Endpoints = "unix:/x", Database = "x", ConnectTimeout = TimeSpan.Zero }), Throws.InstanceOf<ArgumentException>().With.Message.Contains("ConnectTimeout"));
        Assert.That(() => OvsdbClient.ConnectAsync(new OvsdbClientOptions { Endpoints = "db.sock", Database = "x" }), Throws.TypeOf<FormatException>());
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (int i = 0; !condition(); i++)
        {
            if (i > 1000)
                Assert.Fail("It did not happen in time.");
            await Task.Delay(10);
        }
    }
}
