using LimiQuantix.Core.Operations;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Lifecycle;

/// <summary>Every kind of operation, at every step's begin, middle and end, under everything that can happen to it there.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
internal sealed class MatrixTests
{
    // Most of the time a place waits for a lease to lapse.
    private const int PlacesAtOnce = 4;

    private static readonly Dictionary<string, Lazy<Task<(WorldSnapshot Snapshot, IReadOnlyCollection<(string Kind, string Step)> Steps)>>> Successes =
        Scenario.All.Values.ToDictionary(scenario => scenario.Kind, scenario => new Lazy<Task<(WorldSnapshot, IReadOnlyCollection<(string, string)>)>>(new Matrix(scenario).SucceedAsync));

    private static IEnumerable<string> Kinds => Scenario.All.Keys;

    [Test]
    public async Task Every_kind_that_the_engine_registers_is_in_the_matrix()
    {
        await using var folder = new TemporaryFolder();
        await using var host = new LifecycleHost(folder.Path);
        var kinds = host.Services.GetServices<IOperationKind>().ToDictionary(kind => kind.Name);

        Assert.That(Scenario.All.Keys, Is.EquivalentTo(kinds.Keys));
        foreach (var (name, kind) in kinds)
        {
            var (_, steps) = await Successes[name].Value;
            Assert.That(steps.Select(step => step.Step), Is.EqualTo(kind.StepNames).AsCollection, $"{name} takes every step that it names");
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public Task Cancelled_operation_leaves_all_as_it_was(string kind) => EachPlaceAsync(kind, MatrixFault.Cancel);

    [TestCaseSource(nameof(Kinds))]
    public Task Failed_operation_leaves_all_as_it_was_or_is_asked_for_again(string kind) => EachPlaceAsync(kind, MatrixFault.Failure);

    [TestCaseSource(nameof(Kinds))]
    public Task Operation_outlasts_a_state_that_is_away(string kind) => EachPlaceAsync(kind, MatrixFault.StateFailure);

    [TestCaseSource(nameof(Kinds))]
    public Task Deposed_engine_undoes_nothing_of_what_its_successor_finishes(string kind) => EachPlaceAsync(kind, MatrixFault.LeaseLoss);

    /// <summary>All places in the soak; some, chosen by a printed seed, otherwise.</summary>
    [TestCaseSource(nameof(Kinds))]
    public Task Killed_engine_is_finished_by_another_process(string kind) => SampledAsync(kind, MatrixFault.Kill, usual: 2);

    [TestCaseSource(nameof(Kinds))]
    public Task Frozen_engine_changes_nothing_when_it_wakes(string kind) => SampledAsync(kind, MatrixFault.Freeze, usual: 1);

    private static async Task EachPlaceAsync(string kind, MatrixFault fault)
    {
        var (success, places) = await PlacesAsync(kind, fault);
        await RunAsync(kind, places, success);
    }

    private static async Task SampledAsync(string kind, MatrixFault fault, int usual)
    {
        var (success, places) = await PlacesAsync(kind, fault);
        if (!Soak.IsOn)
        {
            var seed = Random.Shared.Next();
            TestContext.Out.WriteLine($"seed {seed}");
            new Random(seed).Shuffle(places);
            places = places[..Math.Min(usual, places.Length)];
        }

        await RunAsync(kind, places, success);
        Soak.Note(places.Length, $"places of {kind} at which an engine was {(fault == MatrixFault.Kill ? "killed" : "frozen and woke")}, each finished by another process");
    }

    private static async Task<(WorldSnapshot Success, MatrixCase[] Places)> PlacesAsync(string kind, MatrixFault fault)
    {
        var (success, steps) = await Successes[kind].Value;
        var scenario = Scenario.All[kind];
        var places = from step in steps.Select(step => step.Step)
                     from moment in Enum.GetValues<MatrixMoment>()
                     where moment != MatrixMoment.Middle || scenario.Members.ContainsKey(step)
                     select new MatrixCase(kind, step, moment, fault);
        return (success, [.. places]);
    }

    private static async Task RunAsync(string kind, MatrixCase[] places, WorldSnapshot success)
    {
        Assert.That(places, Is.Not.Empty);
        List<string> wrong = [];
        await Parallel.ForEachAsync(places, new ParallelOptions { MaxDegreeOfParallelism = PlacesAtOnce }, async (place, _) =>
        {
            try
            {
                await new Matrix(Scenario.All[kind]).RunAsync(place, success);
            }
            catch (Exception exception)
            {
                lock (wrong) wrong.Add($"{place}: {(exception is MatrixViolation ? exception.Message : exception)}");
            }
        });
        if (wrong.Count > 0) Assert.Fail(string.Join("\n\n", wrong));
    }
}
