using System.Collections.Concurrent;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.State;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Tests.Operations;

[TestFixture]
internal sealed class OperationEngineTests
{
    private InMemoryStateStore _state = null!;

    [SetUp]
    public void Open() => _state = new InMemoryStateStore(TimeProvider.System);

    [TearDown]
    public ValueTask CloseAsync() => _state.DisposeAsync();

    [Test]
    public async Task Engine_runs_a_submitted_operation_and_stores_its_end()
    {
        string? asked = null;
        await using var engine = Engine(new DelegateKind("test", (context, _) =>
        {
            asked = context.GetRequest<TestRequest>().What;
            return Task.CompletedTask;
        }));
        await engine.StartAsync();

        var submitted = await engine.SubmitAsync("test", what: "this");
        var ended = await engine.EndedAsync(submitted.Id);

        Assert.Multiple(() =>
        {
            Assert.That(submitted.Phase, Is.EqualTo(OperationPhase.Pending));
            Assert.That(ended.Phase, Is.EqualTo(OperationPhase.Succeeded));
            Assert.That(ended.Attempts, Is.EqualTo(1));
            Assert.That(ended.EndedAt, Is.Not.Null);
            Assert.That(ended.Version, Is.GreaterThan(submitted.Version));
            Assert.That(asked, Is.EqualTo("this"));
        });
    }

    [Test]
    public async Task Engine_stores_the_error_when_a_runner_fails()
    {
        var error = new LimiQuantixError { Code = ErrorCodes.ChecksumMismatch, Message = "No.", Remedy = "Yes.", RetryAfter = TimeSpan.FromSeconds(3) };
        await using var engine = Engine(new DelegateKind("test", (_, _) => throw new LimiQuantixException(error)));
        await engine.StartAsync();

        var ended = await engine.EndedAsync((await engine.SubmitAsync("test")).Id);

        Assert.That(ended.Phase, Is.EqualTo(OperationPhase.Failed));
        Assert.That(ended.Error, Is.EqualTo(error));
    }

    [Test]
    public async Task Engine_stores_internal_when_a_runner_throws_something_else()
    {
        await using var engine = Engine(new DelegateKind("test", (_, _) => throw new TimeoutException("too slow")));
        await engine.StartAsync();

        var ended = await engine.EndedAsync((await engine.SubmitAsync("test")).Id);

        Assert.That(ended.Error!.Code, Is.EqualTo(ErrorCodes.Internal));
        Assert.That(ended.Error.Message, Does.Contain("too slow"));
    }

    [Test]
    public async Task Cancelling_undoes_what_was_begun_and_ends_the_operation_as_cancelled()
    {
        var undone = false;
        List<OperationPhase> phases = [];
        await using var engine = Engine(new DelegateKind(
            "test",
            (_, ct) => Task.Delay(Timeout.InfiniteTimeSpan, ct),
            (context, ct) =>
            {
                undone = context.IsCancelRequested && !ct.IsCancellationRequested;
                return Task.CompletedTask;
            }));
        await engine.StartAsync();
        var submitted = await engine.SubmitAsync("test");
        await engine.UntilAsync(submitted.Id, operation => operation.Phase == OperationPhase.Running);

        await engine.Queue.CreateHandle(submitted, _ => Task.FromResult(0)).CancelAsync();
        await foreach (var operation in engine.Store.FollowAsync(submitted.Id, CancellationToken.None)) phases.Add(operation.Phase);
        var ended = await engine.EndedAsync(submitted.Id);

        Assert.That(ended.Phase, Is.EqualTo(OperationPhase.Cancelled));
        Assert.That(ended.Error!.Code, Is.EqualTo(ErrorCodes.Cancelled));
        Assert.That(undone, Is.True);
        Assert.That(phases, Does.Contain(OperationPhase.Cancelling), "it is seen while it is undone");
    }

    [Test]
    public async Task Cancelling_before_the_engine_begins_does_and_undoes_nothing_and_ends_the_operation()
    {
        var touched = false;
        await using var engine = Engine(new DelegateKind("test", (_, _) => Task.FromResult(touched = true), (_, _) => Task.FromResult(touched = true)));
        var submitted = await engine.SubmitAsync("test");
        await engine.Store.RequestCancelAsync(submitted.Id, CancellationToken.None);
        await engine.StartAsync();

        var ended = await engine.EndedAsync(submitted.Id);

        Assert.That(ended.Phase, Is.EqualTo(OperationPhase.Cancelled));
        Assert.That(touched, Is.False);
    }

    [Test]
    public async Task Cancelling_what_waits_for_its_resource_ends_it_without_waiting()
    {
        var resource = Guid.NewGuid();
        var release = new TaskCompletionSource();
        await using var engine = Engine(new DelegateKind("test", (_, ct) => release.Task.WaitAsync(ct)));
        await engine.StartAsync();
        var first = await engine.SubmitAsync("test", resource);
        await engine.UntilAsync(first.Id, operation => operation.Phase == OperationPhase.Running);
        var second = await engine.SubmitAsync("test", resource);

        await engine.Store.RequestCancelAsync(second.Id, CancellationToken.None);
        var ended = await engine.EndedAsync(second.Id);
        var running = (await engine.Store.FindAsync(first.Id, CancellationToken.None))!.Value;
        release.SetResult();

        Assert.That(ended.Phase, Is.EqualTo(OperationPhase.Cancelled));
        Assert.That(running.Phase, Is.EqualTo(OperationPhase.Running));
        Assert.That((await engine.EndedAsync(first.Id)).Phase, Is.EqualTo(OperationPhase.Succeeded));
    }

    [Test]
    public async Task Operation_that_locks_several_resources_runs_beside_nothing_that_has_one_of_them()
    {
        Guid one = Guid.NewGuid(), two = Guid.NewGuid(), three = Guid.NewGuid();
        ConcurrentQueue<string> order = new();
        var release = new TaskCompletionSource();
        await using var engine = Engine(new DelegateKind("test", async (context, ct) =>
        {
            var what = context.GetRequest<TestRequest>().What;
            if (what == "first") await release.Task.WaitAsync(ct);
            order.Enqueue(what);
        }));
        await engine.StartAsync();
        var first = await engine.SubmitAsync("test", one, what: "first");
        await engine.UntilAsync(first.Id, operation => operation.Phase == OperationPhase.Running);
        var both = await engine.SubmitAsync("test", two, what: "both", alsoLocked: [one]);
        var behind = await engine.SubmitAsync("test", two, what: "behind");
        var free = await engine.EndedAsync((await engine.SubmitAsync("test", three, what: "free")).Id);
        release.SetResult();
        await engine.EndedAsync(behind.Id);

        Assert.That(free.Phase, Is.EqualTo(OperationPhase.Succeeded));
        Assert.That(order, Is.EqualTo(["free", "first", "both", "behind"]));
        Assert.That((await engine.EndedAsync(both.Id)).LockedIds, Is.EqualTo([two, one]));
    }

    [Test]
    public async Task Operation_of_an_unknown_kind_is_not_overtaken()
    {
        var resource = Guid.NewGuid();
        await using var engine = Engine(new DelegateKind("known", (_, _) => Task.CompletedTask));
        await engine.StartAsync();
        await engine.SubmitAsync("unknown", resource);
        var behind = await engine.SubmitAsync("known", resource);
        await engine.EndedAsync((await engine.SubmitAsync("known")).Id);

        Assert.That((await engine.Store.FindAsync(behind.Id, CancellationToken.None))!.Value.Phase, Is.EqualTo(OperationPhase.Pending));
    }

    [Test]
    public async Task Undo_that_a_stop_interrupts_is_gone_on_with_and_nothing_is_begun_anew()
    {
        var begun = 0;
        var undone = 0;
        var blocked = true;
        DelegateKind Kind() => new(
            "test",
            (_, _) =>
            {
                begun++;
                throw new LimiQuantixException(ErrorCodes.SourceFailed, "No.");
            },
            async (_, ct) =>
            {
                if (blocked) await Task.Delay(Timeout.InfiniteTimeSpan, ct);
                undone++;
            });
        Operation submitted;
        await using (var first = Engine(Kind()))
        {
            await first.StartAsync();
            submitted = await first.SubmitAsync("test");
            using var deadline = new CancellationTokenSource(EngineUnderTest.Deadline);
            while ((await first.Store.GetCheckpointAsync(submitted.Id, deadline.Token)).Ending is null) await Task.Delay(10, deadline.Token);
        }

        blocked = false;
        await using var second = Engine(Kind());
        await second.StartAsync();
        var ended = await second.EndedAsync(submitted.Id);

        Assert.That((begun, undone), Is.EqualTo((1, 1)));
        Assert.That(ended.Phase, Is.EqualTo(OperationPhase.Failed));
        Assert.That(ended.Error!.Code, Is.EqualTo(ErrorCodes.SourceFailed));
        Assert.That(ended.Attempts, Is.EqualTo(2));
    }

    [Test]
    public async Task Cancelling_what_has_ended_does_nothing()
    {
        await using var engine = Engine(new DelegateKind("test", (_, _) => Task.CompletedTask));
        await engine.StartAsync();
        var submitted = await engine.SubmitAsync("test");
        var ended = await engine.EndedAsync(submitted.Id);

        await engine.Store.RequestCancelAsync(submitted.Id, CancellationToken.None);

        Assert.That((await engine.Store.FindAsync(submitted.Id, CancellationToken.None))!.Version, Is.EqualTo(ended.Version));
    }

    [Test]
    public async Task Last_progress_is_stored_however_fast_it_came()
    {
        await using var engine = Engine(new DelegateKind("test", (context, _) =>
        {
            for (var i = 1; i <= 10_000; i++) context.Report(new OperationProgress { Step = "count", Completed = i, Total = 10_000 });
            return Task.CompletedTask;
        }));
        await engine.StartAsync();

        var ended = await engine.EndedAsync((await engine.SubmitAsync("test")).Id);

        Assert.That(ended.Progress!.Completed, Is.EqualTo(10_000));
        Assert.That(ended.Version, Is.LessThan(100), "progress is throttled");
    }

    [Test]
    public async Task Operations_of_one_resource_run_one_at_a_time_in_order()
    {
        var resource = Guid.NewGuid();
        var running = 0;
        var most = 0;
        ConcurrentQueue<string> order = new();
        await using var engine = Engine(new DelegateKind("test", async (context, ct) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            order.Enqueue(context.GetRequest<TestRequest>().What);
            await Task.Delay(10, ct);
            Interlocked.Decrement(ref running);
        }));
        await engine.StartAsync();

        List<Operation> submitted = [];
        for (var i = 0; i < 5; i++) submitted.Add(await engine.SubmitAsync("test", resource, what: $"{i}"));
        foreach (var operation in submitted) await engine.EndedAsync(operation.Id);

        Assert.That(most, Is.EqualTo(1));
        Assert.That(order, Is.EqualTo(["0", "1", "2", "3", "4"]));
    }

    [Test]
    public async Task Full_kind_does_not_hold_up_another_kind()
    {
        var release = new TaskCompletionSource();
        var running = 0;
        await using var engine = new EngineUnderTest(
            _state,
            TimeProvider.System,
            new OperationEngineOptions { MaxParallelPerKind = 2 },
            new DelegateKind("slow", async (_, ct) =>
            {
                Interlocked.Increment(ref running);
                await release.Task.WaitAsync(ct);
                Interlocked.Decrement(ref running);
            }),
            new DelegateKind("quick", (_, _) => Task.CompletedTask));
        await engine.StartAsync();

        List<Operation> slow = [];
        for (var i = 0; i < 5; i++) slow.Add(await engine.SubmitAsync("slow"));
        var quick = await engine.EndedAsync((await engine.SubmitAsync("quick")).Id);
        var most = Volatile.Read(ref running);
        release.SetResult();
        foreach (var operation in slow) await engine.EndedAsync(operation.Id);

        Assert.That(quick.Phase, Is.EqualTo(OperationPhase.Succeeded));
        Assert.That(most, Is.LessThanOrEqualTo(2));
    }

    [Test]
    public async Task Operation_without_a_runner_waits_for_an_engine_that_has_one()
    {
        Operation submitted;
        await using (var old = Engine(new DelegateKind("known", (_, _) => Task.CompletedTask)))
        {
            await old.StartAsync();
            submitted = await old.SubmitAsync("new");
            await old.EndedAsync((await old.SubmitAsync("known")).Id);
            Assert.That((await old.Store.FindAsync(submitted.Id, CancellationToken.None))!.Value.Phase, Is.EqualTo(OperationPhase.Pending));
        }

        await using var newer = Engine(new DelegateKind("new", (_, _) => Task.CompletedTask));
        await newer.StartAsync();

        Assert.That((await newer.EndedAsync(submitted.Id)).Phase, Is.EqualTo(OperationPhase.Succeeded));
    }

    [Test]
    public async Task Handle_gives_the_result_when_the_operation_succeeds_and_its_error_otherwise()
    {
        await using var engine = Engine(
            new DelegateKind("good", (_, _) => Task.CompletedTask),
            new DelegateKind("bad", (_, _) => throw new LimiQuantixException(ErrorCodes.SourceFailed, "No.")));
        await engine.StartAsync();
        var good = engine.Queue.CreateHandle(await engine.SubmitAsync("good"), _ => Task.FromResult("result"));
        var bad = engine.Queue.CreateHandle(await engine.SubmitAsync("bad"), _ => Task.FromResult("result"));

        Assert.That(await good.CompletedAsync().WaitAsync(EngineUnderTest.Deadline), Is.EqualTo("result"));
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => bad.CompletedAsync().WaitAsync(EngineUnderTest.Deadline));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.SourceFailed));
    }

    [Test]
    public async Task Handle_follows_the_progress_to_the_end()
    {
        var seen = new TaskCompletionSource();
        await using var engine = Engine(new DelegateKind("test", async (context, ct) =>
        {
            context.Report(new OperationProgress { Step = "first" });
            // The step's own name may have been told before; the newest is what is followed.
            await seen.Task.WaitAsync(ct);
            context.Report(new OperationProgress { Step = "last" });
        }));
        await engine.StartAsync();
        var handle = engine.Queue.CreateHandle(await engine.SubmitAsync("test"), _ => Task.FromResult(0));

        List<string> steps = [];
        using var deadline = new CancellationTokenSource(EngineUnderTest.Deadline);
        await foreach (var progress in handle.WatchProgressAsync(deadline.Token))
        {
            if (progress.Step == "run") continue;
            steps.Add(progress.Step);
            seen.TrySetResult();
        }

        Assert.That(steps, Is.EqualTo(["first", "last"]));
    }

    private EngineUnderTest Engine(params IOperationKind[] runners) => new(_state, TimeProvider.System, null, runners);
}
