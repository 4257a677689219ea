using LimiQuantix.Testing;
using Ovsdb.Tests.Support;

namespace Ovsdb.Tests.Integration;

/// <summary>Bytes between client and server that are cut, late and in pieces.</summary>
[Category("Integration")]
internal sealed class RelayTests
{
    private static readonly string SchemaFile = RepositoryRoot.Combine("tests/Ovsdb.Tests/Data.ovsschema");

    [Test]
    public async Task Connection_cut_after_any_byte_of_the_server_or_the_client_loses_and_doubles_nothing()
    {
        await using OvsdbServer server = await OvsdbServer.StartAsync(SchemaFile);
        OvsdbSchema schema = OvsdbSchema.Parse(await File.ReadAllTextAsync(SchemaFile));
        int length = await RunAsync(server, schema, -1, isSent: false);
        Assert.That(length, Is.GreaterThan(1500));
        int step = Soak.Rounds(41, 1), cuts = 0;
        for (int cut = 0; cut < length; cut += step, cuts++)
            await RunAsync(server, schema, cut, isSent: false);
        for (int cut = 0; cut < 1500; cut += step, cuts++)
            await RunAsync(server, schema, cut, isSent: true);
        Soak.Note(cuts, "places in an OVSDB conversation at which the connection was cut: nothing lost, nothing done twice");
    }

    [Test]
    public async Task Stream_in_single_bytes_is_read()
    {
        await using OvsdbServer server = await OvsdbServer.StartAsync(SchemaFile);
        OvsdbSchema schema = OvsdbSchema.Parse(await File.ReadAllTextAsync(SchemaFile));
        await using var relay = new Relay(server.SocketPath) { PieceBytes = 1 };
        OvsdbClientOptions options = server.Options(schema);
        options.Endpoints = relay.Endpoint;
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(options);
        await using OvsdbReplica replica = await client.ReplicateAsync();
        OvsdbTable root = schema.Table("Root");
        for (int i = 0; i < 20; i++)
        {
            var transaction = new OvsdbTransaction();
            transaction.Insert(new OvsdbRow(root) { ["name"] = $"é☃ \" \\ {i}", ["some"] = new[] { "x" }, ["integers"] = Enumerable.Range(0, 100).Select(j => (long)j) });
            await client.TransactAsync(transaction);
        }

        Assert.That(replica.Current.Table("Root").Select(row => row["name"]), Is.EquivalentTo(Enumerable.Range(0, 20).Select(i => $"é☃ \" \\ {i}")));
    }

    [Test]
    public async Task Late_pieces_delay_and_do_not_disturb()
    {
        await using OvsdbServer server = await OvsdbServer.StartAsync(SchemaFile);
        OvsdbSchema schema = OvsdbSchema.Parse(await File.ReadAllTextAsync(SchemaFile));
        await using var relay = new Relay(server.SocketPath) { PieceBytes = 100, Delay = TimeSpan.FromMilliseconds(5) };
        OvsdbClientOptions options = server.Options(schema);
        options.Endpoints = relay.Endpoint;
        // Each piece is a sign of life, however long the whole takes.
        options.ProbeInterval = TimeSpan.FromMilliseconds(300);
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(options);
        await using OvsdbReplica replica = await client.ReplicateAsync();
        for (int i = 0; i < 5; i++)
            await client.EchoAsync();
        await Task.Delay(1000);
        Assert.That((relay.Connections, replica.IsLive), Is.EqualTo((1, true)));
    }

    private static async Task<int> RunAsync(OvsdbServer server, OvsdbSchema schema, int cut, bool isSent)
    {
        await using var relay = new Relay(server.SocketPath);
        if (isSent)
            relay.CutFirstSentAfter = cut;
        else
            relay.CutFirstAfter = cut;
        OvsdbClientOptions options = server.Options(schema);
        options.Endpoints = relay.Endpoint;
        options.Reconnect.FirstDelay = TimeSpan.FromMilliseconds(1);
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(options);
        await using OvsdbReplica replica = await client.ReplicateAsync();
        OvsdbTable root = schema.Table("Root");
        var transaction = new OvsdbTransaction { Repeat = OvsdbRepeat.Once };
        var id = Guid.NewGuid();
        transaction.Insert(new OvsdbRow(root) { ["name"] = $"{cut}", ["some"] = new[] { "x" }, ["integer"] = 1 }, id);
        transaction.Mutate(root, id, root.Column("integer").Change("+=", 1));
        await client.TransactAsync(transaction);
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        OvsdbSnapshot now = await replica.WaitAsync(snapshot => snapshot.Table("Root").Find(id) is not null, late.Token);
        Assert.That(now.Table("Root").Single()["integer"], Is.EqualTo(2L), $"cut after {cut} bytes");
        int passed = relay.Passed;
        var remove = new OvsdbTransaction { Repeat = OvsdbRepeat.Idempotent };
        remove.Delete(root, id);
        await client.TransactAsync(remove);
        return passed;
    }
}
