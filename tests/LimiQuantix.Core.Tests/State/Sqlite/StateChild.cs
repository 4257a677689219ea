using System.Globalization;
using System.Text;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.State.Sqlite;
using LimiQuantix.Core.Tests.Operations;
using LimiQuantix.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Core.Tests.State.Sqlite;

/// <summary>What a second process does in the tests of the state file.</summary>
internal static class StateChild
{
    /// <summary>An engine that a busy machine keeps waiting for less than this is still the engine.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(9);

    /// <summary>A lease for the tests that wait until it lapses.</summary>
    public static readonly TimeSpan ShortLease = TimeSpan.FromSeconds(4);

    public const string Argument = "state-child";

    /// <summary>How many entries <c>rewrite</c> keeps equal.</summary>
    public const int Entries = 32;

    public static async Task<int> RunAsync(string[] args)
    {
        await using var store = Open(args[1]);
        switch (args)
        {
            case ["increment", _, var count]:
                await IncrementAsync(store, int.Parse(count, CultureInfo.InvariantCulture));
                return 0;
            case ["rewrite", _]:
                await RewriteAsync(store);
                return 0;
            case ["engine", _, var effects]:
                await RunEngineAsync(store, effects);
                return 0;
            case ["lead", _]:
                await LeadAsync(store);
                return 0;
            default:
                return 64;
        }
    }

    public static SqliteStateStore Open(string path, TimeProvider? timeProvider = null) =>
        new(new SqliteStateOptions { Path = path }, timeProvider ?? TimeProvider.System, NullLogger<SqliteStateStore>.Instance);

    /// <summary>Adds one to the shared counter, by compare-and-swap, so often.</summary>
    public static async Task IncrementAsync(IStateStore store, int count)
    {
        for (var done = 0; done < count;)
        {
            var entry = await store.GetAsync("counter");
            var next = entry is null ? 1 : int.Parse(entry.Value.Span, CultureInfo.InvariantCulture) + 1;
            var commit = await store.CommitAsync(new StateTransaction
            {
                Conditions = [new StateCondition { Key = "counter", ExpectedVersion = entry?.Version ?? 0 }],
                Mutations = [Put("counter", next.ToString(CultureInfo.InvariantCulture))],
            });
            if (commit.IsCommitted) done++;
        }
    }

    // Gives many entries the same new number, again and again, and prints each number once it is committed.
    private static async Task RewriteAsync(SqliteStateStore store)
    {
        var filler = new string('x', 20_000);
        for (var number = 1; ; number++)
        {
            await store.CommitAsync(new StateTransaction
            {
                Mutations = [.. Enumerable.Range(0, Entries).Select(i => Put($"all/{i:D2}", $"{number}:{filler}"))],
            });
            await Console.Out.WriteLineAsync($"{number}");
            await Console.Out.FlushAsync();
        }
    }

    // An engine until it is killed. Every effect is a line in a file, printed once it is made; the third one waits for the end.
    private static async Task RunEngineAsync(SqliteStateStore store, string effects)
    {
        var options = new OperationEngineOptions { LeaseDuration = Lease };
        await using var engine = new EngineUnderTest(store, TimeProvider.System, options, EffectRunner("child", effects, waitBefore: 2));
        await engine.StartAsync();
        await Task.Delay(Timeout.InfiniteTimeSpan);
    }

    // Leads, and says so whenever what it may do changes: "sure TOKEN" while it may change things outside, then "unsure", and "fenced" or
    // "lost" when another leads. Every line is printed by what it finds itself, never told by the test.
    private static async Task LeadAsync(SqliteStateStore store)
    {
        var lease = new EngineLease(
            store, new OperationEngineOptions { LeaseDuration = ShortLease }, TimeProvider.System, NullLogger<EngineLease>.Instance);
        var held = await lease.AcquireAsync(CancellationToken.None);
        var keeping = lease.KeepAsync(held, CancellationToken.None);
        await SayAsync($"sure {held.Token}");
        while (true)
        {
            // The look right before the act: the first thing that a frozen process does when it goes on.
            if (!lease.IsSureToLead)
            {
                await SayAsync("unsure");
                var late = await store.CommitAsync(new StateTransaction { Mutations = [Put("late", "x")], Fence = held });
                await SayAsync(late.IsFenced ? "fenced" : "written");
                await SayAsync(await keeping ? "kept" : "lost");
                return;
            }

            await Task.Delay(10);
        }
    }

    private static async Task SayAsync(string line)
    {
        await Console.Out.WriteLineAsync(line);
        await Console.Out.FlushAsync();
    }

    /// <summary>Makes four effects, each recorded by a checkpoint.</summary>
    public static DelegateKind EffectRunner(string name, string effects, int waitBefore = int.MaxValue) => new("effects", async (context, ct) =>
    {
        for (var step = context.GetData<TestCheckpoint>()?.Done ?? 0; step < 4; step++)
        {
            if (step == waitBefore)
            {
                await Console.Out.WriteLineAsync("waiting");
                await Console.Out.FlushAsync(ct);
                await Task.Delay(Timeout.InfiniteTimeSpan, ct);
            }

            await File.AppendAllTextAsync(effects, $"{name} {step}\n", ct);
            await context.SaveDataAsync(new TestCheckpoint { Done = step + 1 }, ct);
        }
    });

    private static StateMutation Put(string key, string value) => new() { Key = key, Value = Encoding.UTF8.GetBytes(value) };
}
