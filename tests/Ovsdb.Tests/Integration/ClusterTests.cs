using LimiQuantix.Testing;
using Ovsdb.OvnNorthbound;
using Ovsdb.Tests.Support;

namespace Ovsdb.Tests.Integration;

[Category("Integration")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class ClusterTests
{
    /// <summary>Each transaction inserts a row and counts up: did one take effect twice, or not at all, the counter would show it.</summary>
    [Test]
    public async Task Writes_take_effect_once_while_the_leader_is_killed_again_and_again()
    {
        int kills = Soak.Rounds(4, 40);
        await using OvsdbCluster cluster = await OvsdbCluster.StartAsync(3);
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(cluster.Options(Northbound.Schema));
        await using OvsdbReplica replica = await client.ReplicateAsync();
        var init = new OvsdbTransaction();
        init.Insert(new NbGlobal { Name = "counter" });
        await client.TransactAsync(init);

        using var stop = new CancellationTokenSource();
        int written = 0, repeated = 0;
        Task[] writers = [.. Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                var transaction = new OvsdbTransaction { Repeat = OvsdbRepeat.Once };
                transaction.Insert(new LogicalSwitch { Name = $"w{writer}-{i}" }, Guid.NewGuid());
                transaction.Mutate(NbGlobal.Table, [OvsdbCondition.Every], NbGlobal.Columns.NbCfg.Add(1));
                OvsdbTransactionResult result = await client.TransactAsync(transaction, TimeSpan.FromMinutes(2));
                Interlocked.Increment(ref written);
                if (result.WasRepeated)
                    Interlocked.Increment(ref repeated);
            }
        }))];
        for (int i = 0; i < kills; i++)
        {
            await Task.Delay(1500);
            OvsdbServer leader = await cluster.LeaderAsync();
            leader.Kill();
            int before = Volatile.Read(ref written);
            for (int j = 0; Volatile.Read(ref written) < before + 20 && j < 1200; j++)
                await Task.Delay(50);
            Assert.That(Volatile.Read(ref written), Is.GreaterThanOrEqualTo(before + 20), "the two others go on");
            await leader.StartAgainAsync();
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await replica.WaitAsync(now => now.Table<LogicalSwitch>().Count == written, late.Token);
        Assert.That(replica.Current.Table<NbGlobal>().Single().NbCfg, Is.EqualTo(written), "each took effect once");
        Assert.That(replica.Current.Table<LogicalSwitch>().Select(row => row.Name), Is.Unique);
        await TestContext.Out.WriteLineAsync($"{written} writes, {repeated} found to have taken effect before, {kills} leaders killed");
        Soak.Note(written, $"writes to an OVSDB cluster whose leader was killed {kills} times, each once");
    }

    [Test]
    public async Task Client_leaves_a_member_that_no_longer_leads()
    {
        await using OvsdbCluster cluster = await OvsdbCluster.StartAsync(3);
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(cluster.Options(Northbound.Schema));
        OvsdbServer leader = await cluster.LeaderAsync();
        Assert.That(client.ConnectedTo?.ToString(), Is.EqualTo(leader.Endpoint));
        leader.Freeze();
        OvsdbServer next = leader;
        for (int i = 0; next == leader && i < 200; i++)
        {
            foreach (OvsdbServer other in cluster.Members.Where(member => member != leader))
            {
                if ((await other.ControlAsync("cluster/status", "OVN_Northbound")).Contains("Role: leader", StringComparison.Ordinal))
                    next = other;
            }

            await Task.Delay(50);
        }

        leader.Thaw();
        var insert = new OvsdbTransaction { Repeat = OvsdbRepeat.Once };
        insert.Insert(new LogicalSwitch { Name = "x" }, Guid.NewGuid());
        for (int i = 0; client.ConnectedTo?.ToString() != next.Endpoint && i < 400; i++)
            await Task.Delay(50);
        Assert.That(client.ConnectedTo?.ToString(), Is.EqualTo(next.Endpoint));
        await client.TransactAsync(insert);
    }

    /// <summary>A leader hands over to write a snapshot, which clients have met with stale caches and conditions that fail for no reason.</summary>
    [Test]
    public async Task Handed_over_leadership_leaves_the_replica_right_and_compare_and_set_without_false_failures()
    {
        int transfers = Soak.Rounds(6, 60);
        await using OvsdbCluster cluster = await OvsdbCluster.StartAsync(3);
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(cluster.Options(Northbound.Schema));
        await using OvsdbReplica replica = await client.ReplicateAsync();
        var init = new OvsdbTransaction();
        init.Insert(new NbGlobal { Name = "counter" });
        await client.TransactAsync(init);
        using var stop = new CancellationTokenSource();
        int unknown = 0, done = 0;
        Task writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                NbGlobal seen = replica.Current.Table<NbGlobal>().Single();
                var change = new OvsdbTransaction();
                change.RequireUnchanged(seen);
                change.Update(seen.Uuid, new NbGlobal { NbCfg = seen.NbCfg + 1 });
                try
                {
                    await client.TransactAsync(change);
                    done++;
                    Assert.That(replica.Current.Table<NbGlobal>().Single().NbCfg, Is.EqualTo(seen.NbCfg + 1));
                }
                catch (OvsdbException e) when (e.IsOutcomeUnknown)
                {
                    unknown++;
                    // The next connection's replica says whether it took effect.
                    await client.EchoAsync();
                }
            }
        });
        for (int i = 0; i < transfers; i++)
        {
            await Task.Delay(300);
            OvsdbServer leader = await cluster.LeaderAsync();
            await leader.ControlAsync("ovsdb-server/compact", "OVN_Northbound");
        }

        await stop.CancelAsync();
        await writing;
        await TestContext.Out.WriteLineAsync($"{done} changes, {unknown} of unknown outcome, {transfers} leaders handed over");
        Assert.That(done, Is.GreaterThan(transfers));
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        OvsdbSnapshot now = await replica.WaitAsync(snapshot => snapshot.Table<NbGlobal>().Single().NbCfg >= done, late.Token);
        Assert.That(now.Table<NbGlobal>().Single().NbCfg, Is.InRange(done, done + unknown));
    }

    [TestCase(40, OvsdbChangeCause.Resumed)]
    [TestCase(400, OvsdbChangeCause.Replaced)]
    public async Task Replica_that_was_behind_goes_on_or_is_replaced_when_the_history_is_too_short(int missed, OvsdbChangeCause expected)
    {
        await using OvsdbCluster cluster = await OvsdbCluster.StartAsync(1);
        await using var relay = new Relay(cluster.Members[0].SocketPath);
        OvsdbClientOptions options = cluster.Options(Northbound.Schema);
        options.Endpoints = relay.Endpoint;
        await using OvsdbClient behind = await OvsdbClient.ConnectAsync(options);
        await using OvsdbClient writer = await OvsdbClient.ConnectAsync(cluster.Options(Northbound.Schema));
        await using OvsdbReplica replica = await behind.ReplicateAsync();
        await WriteAsync(writer, 0, 20);
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await replica.WaitAsync(now => now.Table<LogicalSwitch>().Count == 20, late.Token);
        using OvsdbWatch watch = replica.Watch();

        relay.IsShut = true;
        relay.Cut();
        await WriteAsync(writer, 20, missed);
        var remove = new OvsdbTransaction();
        remove.Delete(LogicalSwitch.Table, LogicalSwitch.Columns.Name.EqualTo("sw3"));
        remove.Update(new LogicalSwitch { Name = "sw4" , OtherConfig = [new("changed", "yes")] }, LogicalSwitch.Columns.Name.EqualTo("sw4"));
        await writer.TransactAsync(remove);
        relay.IsShut = false;

        await foreach (OvsdbChange change in watch.WithCancellation(late.Token))
        {
            Assert.That(change.Cause, Is.EqualTo(expected));
            Assert.That(change.Rows.Count(row => row.IsInsert), Is.EqualTo(missed));
            Assert.That(change.Rows.Where(row => row.IsDelete).Select(row => ((LogicalSwitch)row.Before!).Name), Is.EqualTo(new[] { "sw3" }));
            Assert.That(change.Rows.Where(row => !row.IsDelete && !row.IsInsert).Select(row => ((LogicalSwitch)row.After!).Name), Is.EqualTo(new[] { "sw4" }));
            Assert.That(change.After.Table<LogicalSwitch>(), Has.Count.EqualTo(19 + missed));
            break;
        }

        await WriteAsync(writer, 1000, 1);
        await replica.WaitAsync(now => now.Table<LogicalSwitch>().Count == 20 + missed, late.Token);
    }

    private static async Task WriteAsync(OvsdbClient client, int from, int count)
    {
        for (int i = from; i < from + count; i++)
        {
            var transaction = new OvsdbTransaction();
            transaction.Insert(new LogicalSwitch { Name = $"sw{i}" });
            await client.TransactAsync(transaction);
        }
    }
}
