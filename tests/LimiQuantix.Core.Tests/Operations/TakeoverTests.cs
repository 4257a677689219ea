using System.Collections.Concurrent;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Tests.State;
using LimiQuantix.Core.Tests.State.Sqlite;
using LimiQuantix.Operations;
using LimiQuantix.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Core.Tests.Operations;

/// <summary>Two engines on one state file: every operation is finished, each of its effects made once.</summary>
[TestFixture]
internal sealed class TakeoverTests
{
    private TemporaryFolder _folder = null!;
    private ConcurrentQueue<string> _effects = null!;

    private string FilePath => _folder.Combine("state.db");

    [SetUp]
    public void MakeFolder()
    {
        _folder = new TemporaryFolder();
        _effects = new ConcurrentQueue<string>();
    }

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task Second_engine_finishes_what_the_first_was_doing_when_it_stopped()
    {
        await using var state1 = StateChild.Open(FilePath);
        await using var state2 = StateChild.Open(FilePath);
        await using var first = new EngineUnderTest(state1, TimeProvider.System, null, Steps("first", stopBefore: 2));
        await using var second = new EngineUnderTest(state2, TimeProvider.System, null, Steps("second"));
        await first.StartAsync();
        var submitted = await first.SubmitAsync("steps", key: "k");
        await first.UntilAsync(submitted.Id, operation => operation.Progress is { Completed: 2 });
        await second.StartAsync();

        await first.StopAsync();
        var ended = await second.EndedAsync(submitted.Id);

        Assert.That(ended.Phase, Is.EqualTo(OperationPhase.Succeeded));
        Assert.That(ended.Attempts, Is.EqualTo(2));
        Assert.That(_effects, Is.EqualTo(["first 0", "first 1", "second 2", "second 3"]));
    }

    [Test]
    public async Task Operation_of_a_process_that_was_killed_is_finished_by_another()
    {
        var effects = _folder.Combine("effects");
        await using var state = StateChild.Open(FilePath);
        var options = new OperationEngineOptions { LeaseDuration = StateChild.Lease };
        await using var engine = new EngineUnderTest(state, TimeProvider.System, options, StateChild.EffectRunner("heir", effects));
        var submitted = await engine.SubmitAsync("effects");
        await using (var child = new ChildProcess(StateChild.Argument, "engine", FilePath, effects))
        {
            Assert.That(await child.Output.ReadLineAsync().WaitAsync(EngineUnderTest.Deadline), Is.EqualTo("waiting"));
            await engine.StartAsync();
            await child.KillAsync();
        }

        var ended = await engine.EndedAsync(submitted.Id);

        Assert.That(ended.Phase, Is.EqualTo(OperationPhase.Succeeded));
        Assert.That(ended.Attempts, Is.EqualTo(2));
        Assert.That(await File.ReadAllLinesAsync(effects), Is.EqualTo(["child 0", "child 1", "heir 2", "heir 3"]));
    }

    [Test]
    public async Task Second_engine_only_submits_and_watches_while_the_first_holds_the_lease()
    {
        await using var state1 = StateChild.Open(FilePath);
        await using var state2 = StateChild.Open(FilePath);
        await using var first = new EngineUnderTest(state1, TimeProvider.System, null, Steps("first"));
        await using var second = new EngineUnderTest(state2, TimeProvider.System, null, Steps("second"));
        await first.StartAsync();
        await first.EndedAsync((await first.SubmitAsync("steps")).Id);
        _effects.Clear();
        await second.StartAsync();

        var handle = second.Queue.CreateHandle(await second.SubmitAsync("steps"), _ => Task.FromResult("done"));

        Assert.That(await handle.CompletedAsync().WaitAsync(EngineUnderTest.Deadline), Is.EqualTo("done"));
        Assert.That(_effects, Is.EqualTo(["first 0", "first 1", "first 2", "first 3"]));
    }

    [Test]
    public async Task Cancelling_from_another_process_reaches_the_engine()
    {
        await using var state1 = StateChild.Open(FilePath);
        await using var state2 = StateChild.Open(FilePath);
        await using var first = new EngineUnderTest(state1, TimeProvider.System, null, Steps("first", stopBefore: 1));
        await using var second = new EngineUnderTest(state2, TimeProvider.System, null);
        await first.StartAsync();
        var submitted = await second.SubmitAsync("steps");
        await second.UntilAsync(submitted.Id, operation => operation.Progress is { Completed: 1 });

        await second.Store.RequestCancelAsync(submitted.Id, CancellationToken.None);
        var ended = await second.EndedAsync(submitted.Id);

        Assert.That(ended.Phase, Is.EqualTo(OperationPhase.Cancelled));
        Assert.That(_effects, Is.EqualTo(["first 0", "first undone"]));
    }

    [Test]
    public async Task Second_engine_takes_over_when_the_lease_lapses_and_the_first_can_write_no_more()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var state1 = new DecoratedStateStore(StateChild.Open(FilePath, clock));
        await using var state2 = StateChild.Open(FilePath, clock);
        // The first process hangs: it neither renews its lease nor notices that it lapsed, and then goes on as if nothing had been.
        var frozen = new FakeTimeProvider(clock.GetUtcNow());
        var stored = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        var refused = new TaskCompletionSource<LimiQuantixException>();
        var late = new DelegateKind("steps", async (context, ct) =>
        {
            await context.SaveDataAsync(new TestCheckpoint { Done = 1 }, ct);
            stored.SetResult();
            // It hears of nothing, but a test that failed before is not to wait for it.
            await goOn.Task.WaitAsync(Eventually.DefaultTimeout, CancellationToken.None);
            try
            {
                await context.SaveDataAsync(new TestCheckpoint { Done = 2 }, CancellationToken.None);
            }
            catch (LimiQuantixException e)
            {
                refused.SetResult(e);
                throw;
            }
        });
        await using var first = new EngineUnderTest(state1, frozen, null, late);
        await using var second = new EngineUnderTest(state2, clock, null, Steps("second"));
        await first.StartAsync();
        var submitted = await first.SubmitAsync("steps");
        await stored.Task.WaitAsync(EngineUnderTest.Deadline);
        await second.StartAsync();

        var ended = second.EndedAsync(submitted.Id);
        try
        {
            await Eventually.TrueAsync(
                () =>
                {
                    // Fast until it leads; then slowly: its own lease would lapse before a busy machine lets it renew.
                    clock.Advance(TimeSpan.FromMilliseconds(second.Lease.IsSureToLead ? 20 : 500));
                    return ended.IsCompleted;
                },
                "the second engine ends the operation");
        }
        finally
        {
            // The first one's end waits for it.
            goOn.SetResult();
        }

        var thrown = await refused.Task.WaitAsync(EngineUnderTest.Deadline);

        Assert.That((await ended).Phase, Is.EqualTo(OperationPhase.Succeeded));
        Assert.That((await ended).Attempts, Is.EqualTo(2));
        Assert.That(_effects, Is.EqualTo(["second 1", "second 2", "second 3"]));
        Assert.That(thrown.Code, Is.EqualTo(ErrorCodes.NotLeader));
        Assert.That((await second.Store.FindAsync(submitted.Id, CancellationToken.None))!.Version, Is.EqualTo((await ended).Version));
    }

    [Test]
    public async Task Engine_that_loses_its_lease_stops_its_operations_without_undo_and_resumes_them_when_it_leads_again()
    {
        await using var state = new DecoratedStateStore(StateChild.Open(FilePath));
        var options = new OperationEngineOptions { LeaseDuration = StateChild.Lease };
        var stopAt = 1;
        await using var engine = new EngineUnderTest(state, TimeProvider.System, options, Steps("it", () => stopAt));
        await engine.StartAsync();
        var submitted = await engine.SubmitAsync("steps");
        await engine.UntilAsync(submitted.Id, operation => operation.Progress is { Completed: 1 });

        // Nobody can renew for longer than the lease lasts.
        var lost = new TaskCompletionSource();
        state.BeforeLease = () => lost.Task.IsCompleted
            ? Task.CompletedTask
            : throw new LimiQuantixException(ErrorCodes.Unavailable, "The state does not answer.", isTransient: true);
        await Eventually.TrueAsync(() => _effects.Contains("it stopped"), "the operation is stopped");
        stopAt = int.MaxValue;
        lost.SetResult();
        var ended = await engine.EndedAsync(submitted.Id);

        Assert.That(ended.Phase, Is.EqualTo(OperationPhase.Succeeded));
        Assert.That(_effects, Is.EqualTo(["it 0", "it stopped", "it 1", "it 2", "it 3"]));
    }

    private DelegateKind Steps(string name, int stopBefore = int.MaxValue) => Steps(name, () => stopBefore);

    // Four effects, each recorded by a checkpoint; waits before one of them until it is stopped or cancelled.
    private DelegateKind Steps(string name, Func<int> stopBefore) => new("steps", async (context, ct) =>
    {
        for (var step = context.GetData<TestCheckpoint>()?.Done ?? 0; step < 4; step++)
        {
            try
            {
                if (step == stopBefore()) await Task.Delay(Timeout.InfiniteTimeSpan, ct);
            }
            catch (OperationCanceledException)
            {
                if (context.IsCancelRequested) _effects.Enqueue($"{name} undone");
                else if (!_effects.IsEmpty && name == "it") _effects.Enqueue("it stopped");
                throw;
            }

            _effects.Enqueue($"{name} {step}");
            await context.SaveDataAsync(new TestCheckpoint { Done = step + 1 }, ct);
            context.Report(new OperationProgress { Step = "steps", Completed = step + 1, Total = 4 });
        }
    });
}
