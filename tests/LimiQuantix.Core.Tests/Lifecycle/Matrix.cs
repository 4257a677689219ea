using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Core.Operations;
using LimiQuantix.Operations;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Lifecycle;

/// <summary>Where something happens to an operation.</summary>
internal enum MatrixMoment
{
    Begin,
    Middle,
    End,
}

/// <summary>What happens to it.</summary>
internal enum MatrixFault
{
    Cancel,
    Failure,
    LeaseLoss,
    StateFailure,
    Kill,
    Freeze,
}

/// <summary>A place of the matrix.</summary>
internal sealed record MatrixCase(string Kind, string Step, MatrixMoment Moment, MatrixFault Fault)
{
    public override string ToString() => $"{Kind}/{Step}/{Moment}/{Fault}";
}

/// <summary>
/// Runs one kind of operation while something happens to it at one place, and compares all that there is before and after: nothing
/// stranded, leaked or done twice.
/// </summary>
internal sealed class Matrix(Scenario scenario, Action<IServiceCollection>? configure = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>How many effects the world had before the operation was asked for.</summary>
    private int _arranged;

    /// <summary>What undisturbed success gives, and the steps that were seen.</summary>
    public async Task<(WorldSnapshot Snapshot, IReadOnlyCollection<(string Kind, string Step)> Steps)> SucceedAsync()
    {
        await using var folder = new TemporaryFolder();
        await using var host = new LifecycleHost(folder.Path, configure);
        var target = await ArrangeAsync(host);
        var operation = await host.EndedAsync(await scenario.Submit(host, target));
        MatrixViolation.Unless(operation, OperationPhase.Succeeded, scenario.Kind);
        return (await host.SnapshotAsync(), [.. host.Gate.Seen.Where(seen => seen.Kind == scenario.Kind)]);
    }

    public async Task RunAsync(MatrixCase place, WorldSnapshot success)
    {
        await using var folder = new TemporaryFolder();
        switch (place.Fault)
        {
            case MatrixFault.Cancel or MatrixFault.Failure:
                await UndoneAsync(place, success, folder.Path);
                break;
            case MatrixFault.StateFailure:
                await StateFailsAsync(place, success, folder.Path);
                break;
            case MatrixFault.LeaseLoss:
                await LeaseLostAsync(place, success, folder.Path);
                break;
            default:
                await OtherProcessAsync(place, success, folder.Path);
                break;
        }
    }

    /// <summary>Cancelled or failed: all as before, or, where there is no way back, done.</summary>
    private async Task UndoneAsync(MatrixCase place, WorldSnapshot success, string folder)
    {
        await using var host = new LifecycleHost(folder, configure);
        var target = await ArrangeAsync(host);
        var before = await host.SnapshotAsync();
        var operation = await RunWithAsync(place, host, target, async (id, context) =>
        {
            if (place.Fault == MatrixFault.Failure) throw new LimiQuantixException(ErrorCodes.Internal, "The matrix lets it fail.");
            await host.LimiQuantix.Operations.CancelAsync(id);
            await Eventually.TrueAsync(() => context.IsCancelRequested, "the operation hears of its cancellation");
        });
        var ended = await host.EndedAsync(operation);
        if (ended.Phase == OperationPhase.Succeeded)
        {
            MatrixViolation.If(place.Fault != MatrixFault.Cancel, $"{place}: a failure is a failure");
            await host.MustBecomeAsync(success, $"{place}: too late to cancel, so it must be as after success");
            return;
        }

        MatrixViolation.Unless(ended, place.Fault == MatrixFault.Cancel ? OperationPhase.Cancelled : OperationPhase.Failed, place.ToString());
        MatrixViolation.If(ended.Error is null, $"{place}: the operation does not say why");
        if (place.Fault == MatrixFault.Failure && scenario.IsAskedAgainAfterFailure)
        {
            host.World.Faults.Clear();
            // What is gone is gone: the same is asked for again, under another key. Where nothing is left to do, nothing is stored.
            var known = await AskAgainAsync(host, target);
            if ((await host.LimiQuantix.Operations.ListAsync()).Items.Any(one => one.Id == known))
                MatrixViolation.Unless(await host.EndedAsync(known), OperationPhase.Succeeded, $"{place}, asked for again");
            await host.MustBecomeAsync(success, $"{place}: asked for again");
            return;
        }

        await scenario.CleanUp(host, target);
        await host.MustBecomeAsync(before, $"{place}: undone, so it must be as before");
    }

    /// <summary>The state does not answer for a while: the operation goes on where it was.</summary>
    private async Task StateFailsAsync(MatrixCase place, WorldSnapshot success, string folder)
    {
        await using var host = new LifecycleHost(folder, configure);
        var target = await ArrangeAsync(host);
        var left = 0;
        host.State.BeforeCommit = transaction => transaction.Fence is not null && Interlocked.Decrement(ref left) >= 0
            ? throw new LimiQuantixException(ErrorCodes.Unavailable, "The matrix lets the state be away.", isTransient: true)
            : Task.CompletedTask;
        var operation = await RunWithAsync(place, host, target, (_, _) =>
        {
            Interlocked.Exchange(ref left, 2);
            return Task.CompletedTask;
        });
        await MustSucceedAsync(place, host, operation, success);
    }

    /// <summary>The engine is deposed in the middle: its successor finishes, and what the deposed one still does has no effect.</summary>
    private async Task LeaseLostAsync(MatrixCase place, WorldSnapshot success, string folder)
    {
        await using var first = new LifecycleHost(folder, configure);
        var target = await ArrangeAsync(first);
        await using var second = new LifecycleHost(folder, configure);
        var reached = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        first.State.BeforeLease = () => reached.Task.IsCompleted
            ? throw new LimiQuantixException(ErrorCodes.Unavailable, "The matrix keeps the lease from being renewed.", isTransient: true)
            : Task.CompletedTask;
        var operation = await RunWithAsync(place, first, target, async (_, _) =>
        {
            reached.TrySetResult();
            await goOn.Task.WaitAsync(Patience);
        }, hangs: reached);
        // Only now is there another engine: the first one had the lease until here.
        _ = second.LimiQuantix;
        var ended = await second.EndedAsync(operation);
        var effects = second.World.Effects.Count;
        goOn.TrySetResult();
        first.World.Faults.Clear();
        // Time to do harm: longer than a call that was given up may take to come back.
        await Task.Delay(TimeSpan.FromSeconds(1));
        MatrixViolation.Unless(ended, OperationPhase.Succeeded, place.ToString());
        MustBeEmpty(second.World.Effects.Skip(effects).Select(call => $"{call.Member} {call.Thing}"), $"{place}: the deposed engine changed something");
        await MustSucceedAsync(place, second, operation, success);
    }

    /// <summary>Another process runs it and is killed or frozen at the place; this one takes over.</summary>
    private async Task OtherProcessAsync(MatrixCase place, WorldSnapshot success, string folder)
    {
        Guid target;
        await using (var arranging = new LifecycleHost(folder, configure)) target = await ArrangeAsync(arranging);
        using var world = new FakeWorld(Path.Combine(folder, "world"));
        var fault = place.Moment == MatrixMoment.Middle ? world.Faults.Hang(scenario.Members[place.Step], FakePoint.AfterEffect, ignoresToken: true) : null;
        await using var child = new LifecycleChild(folder, place, target);
        Guid operation = await child.SubmittedAsync(Patience);
        if (fault is not null) await fault.ReachedAsync(Patience);
        else await child.ReachedAsync(Patience);
        if (place.Fault == MatrixFault.Kill) await child.KillAsync();
        else child.Freeze(world);
        await using var heir = new LifecycleHost(folder, configure);
        var ended = await heir.EndedAsync(operation);
        MatrixViolation.Unless(ended, OperationPhase.Succeeded, place.ToString());
        if (place.Fault == MatrixFault.Freeze)
        {
            var effects = heir.World.Effects.Count;
            fault?.Release();
            Signal.Continue(child.Id);
            await child.DeposedAsync(Patience);
            MustBeEmpty(
                heir.World.Effects.Skip(effects).Select(call => $"{call.Member} {call.Thing} by {(call.ProcessId == child.Id ? "the frozen process" : "its heir")}"),
                $"{place}: after it woke");
        }

        await MustSucceedAsync(place, heir, operation, success);
    }

    private async Task<Guid> RunWithAsync(
        MatrixCase place, LifecycleHost host, Guid target, Func<Guid, OperationContext, Task> act, TaskCompletionSource? hangs = null)
    {
        if (place.Moment != MatrixMoment.Middle)
        {
            host.Gate.Arm(place.Kind, place.Step, place.Moment == MatrixMoment.Begin ? StepMoment.Begin : StepMoment.End, context => act(context.Operation.Id, context));
            var submitted = await scenario.Submit(host, target);
            if (hangs is not null) await hangs.Task.WaitAsync(Patience);
            return submitted;
        }

        // In the middle: the provider has done it, and its answer is under way.
        var member = scenario.Members[place.Step];
        if (place.Fault == MatrixFault.Failure)
        {
            host.World.Faults.Throw(member, point: FakePoint.AfterEffect);
            return await scenario.Submit(host, target);
        }

        OperationContext? running = null;
        host.Gate.Arm(place.Kind, place.Step, StepMoment.Begin, context =>
        {
            running = context;
            return Task.CompletedTask;
        });
        var fault = host.World.Faults.Hang(member, FakePoint.AfterEffect, ignoresToken: place.Fault == MatrixFault.LeaseLoss);
        var operation = await scenario.Submit(host, target);
        await fault.ReachedAsync(Patience);
        if (hangs is not null)
        {
            hangs.TrySetResult();
            return operation;
        }

        await act(operation, running!);
        fault.Release();
        return operation;
    }

    private async Task<Guid> ArrangeAsync(LifecycleHost host)
    {
        var target = await scenario.Arrange(host);
        _arranged = host.World.Effects.Count;
        return target;
    }

    private Task<Guid> AskAgainAsync(LifecycleHost host, Guid target) => scenario.Kind switch
    {
        "machines.stop" => OfAsync(host.LimiQuantix.Machines.StopAsync(target, new() { Mode = LimiQuantix.Machines.StopMode.Force })),
        "machines.restart" => OfAsync(host.LimiQuantix.Machines.RestartAsync(target, new() { Mode = LimiQuantix.Machines.StopMode.Force })),
        "machines.reset" => OfAsync(host.LimiQuantix.Machines.ResetAsync(target)),
        "machines.update" => Scenario.UpdateAsync(host, target),
        "volumes.update" => Scenario.GrowAsync(host, target),
        "machines.delete" => OfAsync(host.LimiQuantix.Machines.DeleteAsync(target)),
        "machines.purge" => OfAsync(host.LimiQuantix.Machines.PurgeAsync(target)),
        _ => throw new InvalidOperationException($"The matrix does not know how to ask for {scenario.Kind} again."),
    };

    private static async Task<Guid> OfAsync<T>(Task<OperationHandle<T>> handle) => (await handle).Id;

    private async Task MustSucceedAsync(MatrixCase place, LifecycleHost host, Guid operation, WorldSnapshot success)
    {
        var ended = await host.EndedAsync(operation);
        MatrixViolation.Unless(ended, OperationPhase.Succeeded, place.ToString());
        await host.MustBecomeAsync(success, $"{place}: as after undisturbed success");
        var twice = host.World.Effects.Skip(_arranged).GroupBy(call => (call.Member, call.Thing)).Where(group => group.Count() > 1).Select(group => $"{group.Key} {group.Count()} times");
        MustBeEmpty(twice, $"{place}: done twice");
    }

    private static void MustBeEmpty(IEnumerable<string> found, string because)
    {
        List<string> all = [.. found];
        MatrixViolation.If(all.Count > 0, $"{because}: {string.Join(", ", all)}");
    }
}
