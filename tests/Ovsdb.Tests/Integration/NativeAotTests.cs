using LimiQuantix.Testing;
using Ovsdb.Tests.Support;

namespace Ovsdb.Tests.Integration;

[Category("Integration")]
internal sealed class NativeAotTests
{
    [Test]
    public async Task Program_compiled_ahead_of_time_writes_and_follows_without_a_warning_or_a_runtime()
    {
        await using OvsdbServer server = await OvsdbServer.StartAsync();
        Requires.Tool("gcc");
        await using var program = new ScratchProgram(typeof(OvsdbClient), """
            using Ovsdb;
            using Ovsdb.OvnNorthbound;
            await using OvsdbClient client = await OvsdbClient.ConnectAsync(args[0], Northbound.Schema);
            await using OvsdbReplica replica = await client.ReplicateAsync();
            using OvsdbWatch watch = replica.Watch();
            var transaction = new OvsdbTransaction();
            Guid port = transaction.Insert(new LogicalSwitchPort { Name = "p", Tag = 7, Enabled = true });
            transaction.Insert(new LogicalSwitch { Name = "sw", Ports = [port], ExternalIds = [new("a", "b")] });
            await client.TransactAsync(transaction);
            await foreach (OvsdbChange change in watch)
            {
                foreach (OvsdbRowChange row in change.Rows.OrderBy(row => row.Table.Name))
                    Console.WriteLine($"{row.Table.Name} {row.IsInsert}");
                break;
            }
            LogicalSwitch found = replica.Current.Table<LogicalSwitch>().Single();
            LogicalSwitchPort p = replica.Current.Table<LogicalSwitchPort>().Where(LogicalSwitchPort.Columns.Name, "p").Single();
            Console.WriteLine($"{found.Name} {found.ExternalIds} {found.Ports.Contains(p.Uuid)} {p.Tag} {p.Enabled}");
            """);
        string app = await program.PublishAheadOfTimeAsync();
        string output = await Command.OutputAsync(app, [server.Endpoint]);
        Assert.That(output, Is.EqualTo("Logical_Switch True\nLogical_Switch_Port True\nsw {a=b} True 7 True"));
    }
}
