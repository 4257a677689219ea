using System.Globalization;
using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Core.Operations;
using LimiQuantix.State;
using LimiQuantix.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Lifecycle;

/// <summary>This program as a second process that runs one operation and stands still at one place of it; killed when disposed.</summary>
internal sealed class LifecycleChild : IAsyncDisposable
{
    public const string Argument = "lifecycle-child";

    // Long enough to be killed or frozen within it on a busy machine.
    private static readonly TimeSpan StandsStill = TimeSpan.FromSeconds(3);

    private readonly ChildProcess _process;
    private readonly string _folder;
    private readonly List<string> _said = [];

    public LifecycleChild(string folder, MatrixCase place, Guid target)
    {
        _folder = folder;
        _process = new ChildProcess(Argument, folder, place.Kind, place.Step, place.Moment.ToString(), target.ToString("D"));
    }

    public int Id => _process.Id;

    public async Task<Guid> SubmittedAsync(TimeSpan patience) => Guid.Parse(await UntilAsync("submitted ", patience), CultureInfo.InvariantCulture);

    public Task ReachedAsync(TimeSpan patience) => UntilAsync("reached", patience);

    /// <summary>Waits until the process knows that it is the engine no more and nothing of it runs.</summary>
    public Task DeposedAsync(TimeSpan patience) => UntilAsync("deposed", patience);

    public Task KillAsync() => _process.KillAsync();

    /// <summary>
    /// Freezes the process where it holds neither the world's lock nor the state's: frozen in the midst of a transaction of SQLite it would hold up
    /// everybody until it wakes, and what was to be seen of its successor would not be.
    /// </summary>
    public void Freeze(FakeWorld world) => world.Exclusively(() =>
    {
        using var state = new SqliteConnection($"Data Source={Path.Combine(_folder, "data", "state.db")};Pooling=False");
        state.Open();
        using var transaction = state.BeginTransaction(deferred: false);
        Signal.Stop(Id);
        transaction.Rollback();
    });

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>What the second process does.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var folder, var kind, var step, var moment, var target]) return 64;
        await using var host = new LifecycleHost(folder, services => services.AddSingleton<IEngineService>(new DeposedTeller()));
        if (Enum.Parse<MatrixMoment>(moment) is var place && place != MatrixMoment.Middle)
        {
            host.Gate.Arm(kind, step, place == MatrixMoment.Begin ? StepMoment.Begin : StepMoment.End, async context =>
            {
                await SayAsync("reached");
                // Frozen and woken, it goes on as if nothing had been: only its lease is gone.
                await Task.Delay(StandsStill);
            });
        }

        var operation = await Scenario.All[kind].Submit(host, Guid.Parse(target, CultureInfo.InvariantCulture));
        await SayAsync($"submitted {operation}");
        await Task.Delay(Timeout.InfiniteTimeSpan);
        return 0;
    }

    private static async Task SayAsync(string line)
    {
        await Console.Out.WriteLineAsync(line);
        await Console.Out.FlushAsync();
    }

    private async Task<string> UntilAsync(string beginning, TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        if (_said.Find(line => line.StartsWith(beginning, StringComparison.Ordinal)) is { } known) return known[beginning.Length..];
        while (await _process.Output.ReadLineAsync(deadline.Token) is { } line)
        {
            _said.Add(line);
            if (line.StartsWith(beginning, StringComparison.Ordinal)) return line[beginning.Length..];
        }

        throw new InvalidOperationException($"The second process ended without saying '{beginning}'.");
    }

    /// <summary>Says when this process lost its lease, and what it was doing then has had time to do harm.</summary>
    private sealed class DeposedTeller : IEngineService
    {
        public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(StandsStill + TimeSpan.FromSeconds(1), CancellationToken.None);
            await SayAsync("deposed");
        }
    }
}
