using System.Diagnostics;
using System.Text;
using System.Text.Json;
using LimiQuantix.Testing;
using Ovsdb.Tests.Support;

namespace Ovsdb.Tests.Integration;

/// <summary>The replica beside Open vSwitch's Python IDL and <c>ovsdb-client dump</c>, after the same random transactions.</summary>
[Category("Integration")]
internal sealed class DifferentialTests
{
    private const string Python = "/usr/bin/python3";

    /// <summary>
    /// A change of a set with a greatest size may name more elements than that, those that go and those that come; the Python IDL of Open
    /// vSwitch 3.1 takes that for an error and keeps the old value.
    /// </summary>
    private const string NotPython = "few";

    [TestCase(false)]
    [TestCase(true)]
    public async Task Replica_equals_the_python_IDL_and_the_dump_after_random_transactions(bool isCut)
    {
        if (!Directory.Exists("/usr/lib/python3/dist-packages/ovs"))
            Requires.Missing("the Python IDL is not installed: apt-get install python3-openvswitch");
        string file = RepositoryRoot.Combine("tests/Ovsdb.Tests/Data.ovsschema");
        int transactions = Soak.Rounds(1000, 10_000);
        await using OvsdbServer server = await OvsdbServer.StartAsync(file);
        await using var relay = new Relay(server.SocketPath);
        OvsdbSchema schema = OvsdbSchema.Parse(await File.ReadAllTextAsync(file));
        await using OvsdbClient writer = await OvsdbClient.ConnectAsync(server.Options(schema));
        OvsdbClientOptions options = server.Options(schema);
        options.Endpoints = relay.Endpoint;
        options.Reconnect.FirstDelay = TimeSpan.FromMilliseconds(5);
        await using OvsdbClient reader = await OvsdbClient.ConnectAsync(options);
        await using OvsdbReplica own = await writer.ReplicateAsync();
        await using OvsdbReplica replica = await reader.ReplicateAsync();
        using Process idl = Process.Start(new ProcessStartInfo(Python, [RepositoryRoot.Combine("tests/Ovsdb.Tests/Integration/idl_dump.py"), server.Endpoint, file])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        try
        {
            Assert.That(await idl.StandardOutput.ReadLineAsync(), Is.EqualTo("ready"));
            var random = new RandomTransactions(schema, seed: isCut ? 7 : 42);
            int done = 0, refused = 0;
            for (int i = 1; i <= transactions; i++)
            {
                try
                {
                    await writer.TransactAsync(random.Next([.. own.Current.Table("Root").Select(row => row.Uuid).Order()]));
                    done++;
                }
                catch (OvsdbException e) when (e.ServerError is "referential integrity violation" or "constraint violation" or "duplicate uuid")
                {
                    refused++;
                }

                if (isCut && i % 50 == 0)
                    relay.Cut();
                if (i % 100 == 0)
                    await CompareAsync(server, writer, replica, own, idl, schema, i);
            }

            Assert.That(done, Is.GreaterThan(transactions / 2), $"{refused} refused");
            Soak.Note(transactions, $"random OVSDB transactions after which the replica equals the Python IDL's and ovsdb-client's{(isCut ? ", its connection cut every 50" : "")}");
        }
        finally
        {
            idl.Kill();
        }
    }

    private static async Task CompareAsync(OvsdbServer server, OvsdbClient writer, OvsdbReplica replica, OvsdbReplica own, Process idl, OvsdbSchema schema, int round)
    {
        string mark = $"mark {round}";
        var transaction = new OvsdbTransaction();
        OvsdbTable root = schema.Table("Root");
        if (own.Current.Table("Root").FirstOrDefault(row => ((string)row["name"]!).StartsWith("mark ", StringComparison.Ordinal)) is { } old)
            transaction.Update(old.Uuid, new OvsdbRow(root) { ["name"] = mark });
        else
            transaction.Insert(new OvsdbRow(root) { ["name"] = mark, ["some"] = new[] { "m" } });
        await writer.TransactAsync(transaction);
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        OvsdbSnapshot snapshot = await replica.WaitAsync(now => now.Table("Root").Any(row => (string)row["name"]! == mark), late.Token);
        await idl.StandardInput.WriteLineAsync(mark);
        await idl.StandardInput.FlushAsync(late.Token);
        using JsonDocument python = JsonDocument.Parse((await idl.StandardOutput.ReadLineAsync(late.Token))!);
        using JsonDocument dump = JsonDocument.Parse("[" + (await server.ClientAsync("--format=json", "dump", server.Endpoint, schema.Name)).ReplaceLineEndings(",") + "]");
        string ours = Text(snapshot, schema);
        Assert.That(ours, Is.EqualTo(Text(own.Current, schema)), $"round {round}");
        Assert.That(ours, Is.EqualTo(FromDump(dump.RootElement, schema)), $"round {round}");
        Assert.That(Text(snapshot, schema, NotPython), Is.EqualTo(FromPython(python.RootElement, schema)), $"round {round}");
    }

    private static string Text(OvsdbSnapshot snapshot, OvsdbSchema schema, string without = "") => Lines(schema.Tables.SelectMany(table =>
        snapshot.Table(table.Name).Select(row => Row(table, row.Uuid, column => row[column.Name], without))));

    private static string FromPython(JsonElement json, OvsdbSchema schema) => Lines(schema.Tables.SelectMany(table =>
        json.GetProperty(table.Name).EnumerateObject().Select(row => Row(table, Guid.Parse(row.Name), column => Read(column, row.Value.GetProperty(column.Name)), NotPython))));

    private static string FromDump(JsonElement json, OvsdbSchema schema) => Lines(json.EnumerateArray().SelectMany(part =>
    {
        OvsdbTable table = schema.Table(part.GetProperty("caption").GetString()!.Split(' ')[0]);
        List<string> headings = [.. part.GetProperty("headings").EnumerateArray().Select(each => each.GetString()!)];
        return part.GetProperty("data").EnumerateArray().Select(row => Row(
            table, row[headings.IndexOf("_uuid")][1].GetGuid(), column => Read(column, row[headings.IndexOf(column.Name)])));
    }));

    private static string Row(OvsdbTable table, Guid uuid, Func<OvsdbColumn, object?> value, string without = "") =>
        $"{table.Name} {uuid} {string.Join(' ', table.Columns.Where(column => column.Name != without).OrderBy(column => column.Name, StringComparer.Ordinal).Select(column => $"{column.Name}={value(column) ?? "[]"}"))}";

    private static object? Read(OvsdbColumn column, JsonElement json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json.GetRawText()));
        reader.Read();
        return column.Type.Codec.Read(ref reader);
    }

    private static string Lines(IEnumerable<string> rows) => string.Join('\n', rows.Order(StringComparer.Ordinal));
}
