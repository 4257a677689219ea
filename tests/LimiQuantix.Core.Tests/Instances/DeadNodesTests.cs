using System.Collections.Concurrent;
using System.Diagnostics;
using LimiQuantix.Core.Machines.Observation;
using LimiQuantix.Core.Tests.Plugins;
using LimiQuantix.Machines;
using LimiQuantix.Nodes;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Instances;

/// <summary>Sixty nodes, of which five hang until the test is over.</summary>
[NonParallelizable]
public sealed class DeadNodesTests
{
    private const int Count = 60;
    private const int MaxCallsOfOneMember = 2;
    private static readonly string[] Nodes = [.. Enumerable.Range(0, Count).Select(number => $"n{number}")];
    private static readonly string[] Dead = Nodes[..5];
    private static readonly string[] Alive = Nodes[5..];

    [Test]
    public async Task Nodes_that_hang_delay_neither_the_events_of_the_others_nor_the_end()
    {
        await using var folder = new TemporaryFolder();
        using var nodes = Hang();
        // No deadline helps whoever waits for one of the five.
        var provider = Start(folder, nodes, TimeSpan.FromHours(1));
        try
        {
            var engine = provider.GetRequiredService<ILimiQuantix>();
            var described = engine.Nodes.GetAsync(new NodeId(Dead[1]));
            await Eventually.TrueAsync(() => Alive.All(node => nodes.Calls(node, nameof(IHypervisor.ListAsync)) > 0), "the leader looks at each of the others");
            await Eventually.TrueAsync(
                () => nodes.Calls(Dead[0], HangingNodes.Open) > 0 && nodes.Calls(Dead[1], nameof(IHypervisor.DescribeAsync)) > 0
                    && nodes.Calls(Dead[2], nameof(IHypervisor.WatchAsync)) > 0 && nodes.Calls(Dead[3], nameof(IHypervisor.WatchAsync)) > 0,
                "the five hang");
            var slowest = await EventsArriveAsync(provider, nodes);
            TestContext.Out.WriteLine($"The slowest of 55 events took {slowest.TotalMilliseconds:0} ms.");
            Assert.That(described.IsCompleted, Is.False, "who asks a node that hangs waits for it, and nobody else does");
        }
        finally
        {
            var begin = Stopwatch.GetTimestamp();
            await provider.DisposeAsync().AsTask().WaitAsync(Eventually.DefaultTimeout);
            TestContext.Out.WriteLine($"The end took {Stopwatch.GetElapsedTime(begin).TotalSeconds:0.0} s.");
        }

        Assert.That(nodes.Calls(Dead[4], nameof(IAsyncDisposable.DisposeAsync)), Is.EqualTo(1));
        Assert.That(Alive.Select(node => nodes.Calls(node, nameof(IAsyncDisposable.DisposeAsync))), Is.All.EqualTo(1), "each of the others was ended");
        Assert.That(nodes.IsReleased, Is.False, "all of this while the five hang");
    }

    [Test]
    public async Task Nodes_that_hang_take_no_more_threads_with_time()
    {
        await using var folder = new TemporaryFolder();
        using var nodes = Hang();
        await using var provider = Start(folder, nodes, TimeSpan.FromMilliseconds(500));
        provider.GetRequiredService<ILimiQuantix>();
        await Eventually.TrueAsync(() => nodes.Calls(Dead[2], nameof(IHypervisor.WatchAsync)) > 1, "what hangs is tried again");
        var threads = Process.GetCurrentProcess().Threads.Count;

        await Task.Delay(TimeSpan.FromSeconds(8));

        TestContext.Out.WriteLine($"Threads {threads}, 8 s later {Process.GetCurrentProcess().Threads.Count}; {nodes.Blocked} blocked.");
        Assert.That(nodes.Calls(Dead[2], nameof(IHypervisor.WatchAsync)), Is.EqualTo(MaxCallsOfOneMember));
        Assert.That(nodes.Calls(Dead[0], HangingNodes.Open), Is.EqualTo(1), "an opening that hangs is not begun beside itself");
        Assert.That(nodes.Blocked, Is.InRange(1 + MaxCallsOfOneMember, 3 + MaxCallsOfOneMember));
        await EventsArriveAsync(provider, nodes);
    }

    private static HangingNodes Hang() => new()
    {
        Blocking =
        {
            [Dead[0]] = HangingNodes.Open,
            [Dead[1]] = nameof(IHypervisor.DescribeAsync),
            [Dead[2]] = nameof(IHypervisor.WatchAsync),
            [Dead[4]] = nameof(IAsyncDisposable.DisposeAsync),
        },
        Silent = { [Dead[3]] = nameof(IHypervisor.WatchAsync) },
    };

    /// <summary>Something happens on each of the others. Gives how long the slowest took to be told.</summary>
    private static async Task<TimeSpan> EventsArriveAsync(ServiceProvider provider, HangingNodes nodes)
    {
        var told = new ConcurrentDictionary<Guid, long>();
        using var ending = new CancellationTokenSource();
        var listening = ListenAsync(provider.GetRequiredService<MachineObserver>(), told, ending.Token);
        var sent = new Dictionary<Guid, long>();
        foreach (var node in Alive)
        {
            var machine = Guid.CreateVersion7();
            sent[machine] = Stopwatch.GetTimestamp();
            nodes.Worlds[node].Set(machine, PowerState.Crashed);
        }

        await Eventually.TrueAsync(() => sent.Keys.All(told.ContainsKey), "each event is told");
        await ending.CancelAsync();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return sent.Max(one => Stopwatch.GetElapsedTime(one.Value, told[one.Key]));
    }

    private static async Task ListenAsync(MachineObserver observer, ConcurrentDictionary<Guid, long> told, CancellationToken cancellationToken)
    {
        await foreach (var change in observer.ListenAsync(cancellationToken))
        {
            if (change.MachineId is { } machine) told.TryAdd(machine, Stopwatch.GetTimestamp());
        }
    }

    private static ServiceProvider Start(TemporaryFolder folder, HangingNodes nodes, TimeSpan deadline)
    {
        var services = new ServiceCollection();
        var builder = services.AddLimiQuantix(options =>
        {
            options.DataDirectory = folder.Combine("data");
            options.RuntimeDirectory = folder.Combine("run");
            options.ProviderDeadlines.Open = deadline;
            options.ProviderDeadlines.Read = deadline;
            options.ProviderDeadlines.Probe = deadline;
            options.ProviderDeadlines.Dispose = TimeSpan.FromSeconds(2);
        }).AddPlugin(nodes);
        foreach (var node in Nodes) builder.AddInstance<FakeOptions>("node", node, node: new NodeId(node));
        return services.BuildServiceProvider();
    }
}
