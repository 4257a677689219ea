using LimiQuantix.Core.Operations;
using LimiQuantix.Core.State;
using LimiQuantix.Core.Storage;
using LimiQuantix.Core.Tests.Operations;
using LimiQuantix.Operations;
using LimiQuantix.State;

namespace LimiQuantix.Core.Tests.Storage;

[TestFixture]
internal sealed class VolumeLocksTests
{
    private static readonly string[] Verbs = [VolumeVerbs.Backup, VolumeVerbs.Snapshot, VolumeVerbs.Move, VolumeVerbs.Migrate, VolumeVerbs.Grow];

    private readonly Guid _volume = Guid.CreateVersion7();
    private InMemoryStateStore _state = null!;
    private VolumeLocks _locks = null!;
    private TaskCompletionSource _go = null!;

    [SetUp]
    public void Open()
    {
        _state = new InMemoryStateStore(TimeProvider.System);
        _locks = new VolumeLocks(_state);
        _go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [TearDown]
    public ValueTask CloseAsync() => _state.DisposeAsync();

    [Test]
    public async Task Each_verb_refuses_every_verb_while_it_runs_and_names_its_operation([ValueSource(nameof(Verbs))] string holds)
    {
        await using var engine = Engine();
        await engine.StartAsync();
        var holder = await SubmitAsync(engine, holds);

        foreach (var verb in Verbs)
        {
            var refusal = await Assert.ThrowsAsync<LimiQuantixException>(() => SubmitAsync(engine, verb));
            Assert.That(refusal!.Code, Is.EqualTo(ErrorCodes.FailedPrecondition), verb);
            Assert.That(refusal.IsTransient, Is.True);
            Assert.That(refusal.Target, Is.EqualTo(_volume.ToString()));
            Assert.That(refusal.Message, Does.Contain($"'{holds}' by operation {holder.Id} ('volumes.test'"));
        }

        Assert.That((await engine.Store.ListAsync(Caller.DefaultProject, null, default)).Select(operation => operation.Id), Is.EqualTo([holder.Id]));
        _go.SetResult();
        await engine.EndedAsync(holder.Id);
        Assert.That((await engine.EndedAsync((await SubmitAsync(engine, VolumeVerbs.Grow)).Id)).Phase, Is.EqualTo(OperationPhase.Succeeded));
    }

    [TestCase(OperationPhase.Succeeded)]
    [TestCase(OperationPhase.Failed)]
    [TestCase(OperationPhase.Cancelled)]
    public async Task Lock_is_given_back_in_the_transaction_that_ends_its_operation(OperationPhase how)
    {
        await using var engine = Engine();
        await engine.StartAsync();
        var holder = await SubmitAsync(engine, VolumeVerbs.Backup);
        await engine.UntilAsync(holder.Id, operation => operation.Phase == OperationPhase.Running);

        if (how == OperationPhase.Cancelled) await engine.Store.RequestCancelAsync(holder.Id, default);
        else if (how == OperationPhase.Failed) _go.SetException(new LimiQuantixException(ErrorCodes.Unavailable, "No."));
        else _go.SetResult();
        var ended = await engine.EndedAsync(holder.Id);

        Assert.That(ended.Phase, Is.EqualTo(how));
        // Whoever sees that the operation has ended finds the volume free: one revision for both.
        Assert.That(await _locks.FindAsync(_volume, default), Is.Null);
        Assert.That((await _state.ListAsync(new StateQuery { Prefix = "volume-locks/" })).Entries, Is.Empty);
    }

    [Test]
    public async Task Operation_that_was_cancelled_before_any_engine_began_it_gives_its_lock_back()
    {
        await using var engine = Engine();
        var holder = await SubmitAsync(engine, VolumeVerbs.Move);
        await engine.Store.RequestCancelAsync(holder.Id, default);
        Assert.That((await _locks.FindAsync(_volume, default))?.OperationId, Is.EqualTo(holder.Id));

        await engine.StartAsync();
        await engine.EndedAsync(holder.Id);

        Assert.That(await _locks.FindAsync(_volume, default), Is.Null);
    }

    [Test]
    public async Task Lock_outlives_its_engine_and_ends_with_its_operation_on_another()
    {
        await using (var first = Engine())
        {
            await first.StartAsync();
            await first.UntilAsync((await SubmitAsync(first, VolumeVerbs.Snapshot)).Id, operation => operation.Phase == OperationPhase.Running);
            await first.StopAsync();
        }

        var held = await _locks.FindAsync(_volume, default);
        Assert.That(held?.Verb, Is.EqualTo(VolumeVerbs.Snapshot));
        _go.SetResult();
        await using var second = Engine();
        await second.StartAsync();
        Assert.That((await second.EndedAsync(held!.OperationId)).Attempts, Is.EqualTo(2));
        Assert.That(await _locks.FindAsync(_volume, default), Is.Null);
    }

    [Test]
    public async Task Hundred_parallel_callers_begin_one_operation()
    {
        await using var engine = Engine();

        var begun = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            try
            {
                return await SubmitAsync(engine, Verbs[i % Verbs.Length]);
            }
            catch (LimiQuantixException e) when (e.Code == ErrorCodes.FailedPrecondition)
            {
                return null;
            }
        })));

        var winner = begun.Single(operation => operation is not null);
        Assert.That((await _locks.FindAsync(_volume, default))?.OperationId, Is.EqualTo(winner!.Id));
    }

    [Test]
    public async Task Same_idempotency_key_gives_the_holder_and_no_refusal()
    {
        await using var engine = Engine();

        var operations = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => SubmitAsync(engine, VolumeVerbs.Grow, "key"))));

        Assert.That(operations.Select(operation => operation.Id).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Operation_that_learns_its_volumes_late_holds_them_until_its_end_and_is_refused_when_another_has_one()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var engine = Engine(new DelegateKind("volumes.late", async (context, token) =>
        {
            var request = new VolumeLockRequest { Verb = VolumeVerbs.Migrate, VolumeIds = [_volume] };
            await _locks.HoldAsync(context, request, token);
            // Again, as after a crash.
            await _locks.HoldAsync(context, request, token);
            held.TrySetResult();
            await _go.Task.WaitAsync(token);
        }));
        await engine.StartAsync();
        var late = await engine.SubmitAsync("volumes.late");
        await held.Task.WaitAsync(EngineUnderTest.Deadline);

        var refusal = await Assert.ThrowsAsync<LimiQuantixException>(() => SubmitAsync(engine, VolumeVerbs.Grow));
        Assert.That(refusal!.Message, Does.Contain($"'migrate' by operation {late.Id}"));
        var second = await engine.EndedAsync((await engine.SubmitAsync("volumes.late")).Id);
        Assert.That(second.Phase, Is.EqualTo(OperationPhase.Failed));
        Assert.That(second.Error!.Message, Does.Contain($"'migrate' by operation {late.Id}"));
        Assert.That((await _locks.FindAsync(_volume, default))?.OperationId, Is.EqualTo(late.Id));

        _go.SetResult();
        await engine.EndedAsync(late.Id);
        Assert.That(await _locks.FindAsync(_volume, default), Is.Null);
    }

    [Test]
    public async Task What_must_not_begin_meanwhile_is_refused_by_who_holds_the_volume_and_else_conditioned_on_its_freedom()
    {
        await using var engine = Engine();
        var free = await _locks.RequireFreeAsync([_volume], default);
        var holder = await SubmitAsync(engine, VolumeVerbs.Backup);

        var late = await _state.CommitAsync(StateWrite.Combine(null, [free with { Mutations = [new StateMutation { Key = "things/a", Value = "{}"u8.ToArray() }] }]));

        Assert.That(late.IsCommitted, Is.False);
        Assert.That((await Assert.ThrowsAsync<LimiQuantixException>(() => _locks.RequireFreeAsync([Guid.NewGuid(), _volume], default)))!.Message, Does.Contain(holder.Id.ToString()));
    }

    private EngineUnderTest Engine(params IOperationKind[] further) => new(
        _state, TimeProvider.System, null, [new DelegateKind("volumes.test", (_, token) => _go.Task.WaitAsync(token)), .. further]);

    private Task<Operation> SubmitAsync(EngineUnderTest engine, string verb, string? key = null) => engine.Queue.SubmitAsync(
        new OperationRequest
        {
            Kind = "volumes.test",
            Caller = Caller.Host,
            Target = _volume,
            Request = new TestRequest { What = verb },
            Options = new CreateOptions { IdempotencyKey = key },
        },
        _ => Task.FromResult(new OperationIntent
        {
            // A resource of its own, such as a backup: the volume is locked and no more.
            ResourceId = Guid.CreateVersion7(),
            LocksVolumes = new VolumeLockRequest { Verb = verb, VolumeIds = [_volume] },
        }),
        CancellationToken.None);
}
