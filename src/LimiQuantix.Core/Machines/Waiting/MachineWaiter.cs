using LimiQuantix.Core.Consoles;
using LimiQuantix.Core.Machines.Observation;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Waiting;

/// <summary>Waits until a machine's guest has come so far. A time-out leaves the machine alone and says how far it came.</summary>
internal sealed class MachineWaiter(
    ResourceTable<MachineDocument> machines, MachineReader reader, MachineObserver observer, ReadinessProbe probe, SerialLogReader serialLog, TimeProvider timeProvider)
{
    private const int SerialLogTailBytes = 2000;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    // As long as a timer can be.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);
    private static readonly TimeSpan LastStep = TimeSpan.FromMilliseconds(50);

    public async Task<VirtualMachine> WaitAsync(
        Guid id, string project, Readiness readiness, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (readiness is < Readiness.Running or > Readiness.Provisioned)
            throw new LimiQuantixException(ErrorCodes.InvalidArgument, $"Readiness {readiness} is not known.", "Use Running, Address, Agent or Provisioned.", nameof(readiness));
        var first = (await machines.GetAsync(id, project, cancellationToken).ConfigureAwait(false)).Value;
        var limit = timeout ?? MachineDeadlines.Scale(MachineDeadlines.ForWait(readiness), first.Accelerator);
        var begin = timeProvider.GetTimestamp();
        var reached = "none";
        VirtualMachine? last = null;
        // A hypervisor or an agent that does not answer does not make the wait longer than it was to be.
        using var deadline = new CancellationTokenSource(limit > Longest ? Longest : limit < TimeSpan.Zero ? TimeSpan.Zero : limit, timeProvider);
        using var looking = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var events = observer.ListenAsync(ending.Token).GetAsyncEnumerator(ending.Token);
        await using (events.ConfigureAwait(false))
        {
            var next = events.MoveNextAsync().AsTask();
            try
            {
                while (true)
                {
                    var machine = last = await reader.GetAsync(id, project, looking.Token).ConfigureAwait(false);
                    var hasRun = reached != "none";
                    if (await IsReachedAsync(machine, readiness, hasRun, looking.Token).ConfigureAwait(false)) return machine;
                    if (machine.Status.PowerState == PowerState.Running) reached = nameof(Readiness.Running);
                    var left = limit - timeProvider.GetElapsedTime(begin);
                    if (left <= TimeSpan.Zero) throw await TimedOutAsync(machine, readiness, limit, reached, cancellationToken).ConfigureAwait(false);

                    // An event wakes at once; without one the guest is asked again in a second.
                    var poll = machine.Status is { Phase: MachinePhase.Creating, PowerState: PowerState.Running } ? LastStep : Poll;
                    var pause = Task.Delay(left < poll ? left : poll, timeProvider, cancellationToken);
                    if (await Task.WhenAny(next, pause).ConfigureAwait(false) == next)
                    {
                        // When nobody tells any more, only the pauses are left; an ended stream would wake at once for ever.
                        next = await next.ConfigureAwait(false) ? events.MoveNextAsync().AsTask() : new TaskCompletionSource<bool>().Task.WaitAsync(ending.Token);
                    }

                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                last ??= (await reader.ShowAsync([first], cancellationToken).ConfigureAwait(false))[0];
                throw await TimedOutAsync(last, readiness, limit, reached, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await ending.CancelAsync().ConfigureAwait(false);
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<bool> IsReachedAsync(VirtualMachine machine, Readiness readiness, bool hasRun, CancellationToken cancellationToken)
    {
        if (machine.Status.Phase is MachinePhase.Failed or MachinePhase.Deleting)
            throw Ended(machine, $"is {machine.Status.Phase.ToString().ToLowerInvariant()}", machine.Status.Error?.Message);
        if (machine.Status.PowerState != PowerState.Running)
        {
            if (machine.Status is { PowerState: PowerState.Absent, Phase: MachinePhase.Ready })
                throw Ended(machine, "is not defined at its hypervisor any more", "Somebody undefined it: start it, or ensure it, and it is defined again.");
            // A machine that is being started may be seen off for a moment; one that ran and went off will not become ready.
            if (hasRun && machine.Status.PowerState is PowerState.Stopped or PowerState.Crashed)
                throw Ended(machine, "went off", await TailAsync(machine, cancellationToken).ConfigureAwait(false));
            return false;
        }

        // Whoever waited may do with it what its creation's last step would still refuse.
        return machine.Status.Phase != MachinePhase.Creating && await probe.HasReachedAsync(machine, readiness, cancellationToken).ConfigureAwait(false);
    }

    private async Task<LimiQuantixException> TimedOutAsync(
        VirtualMachine machine, Readiness readiness, TimeSpan limit, string reached, CancellationToken cancellationToken)
    {
        var (further, tail) = (reached, (string?)null);
        using var deadline = new CancellationTokenSource(LastWords, timeProvider);
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            tail = await TailAsync(machine, asking.Token).ConfigureAwait(false);
            if (reached != "none") further = await probe.DescribeAsync(machine, asking.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Without them, then.
        }

        return new LimiQuantixException(
            ErrorCodes.Timeout,
            $"The machine '{machine.Name}' was not {readiness} after {limit.TotalSeconds:0} s; it reached {further} and is {machine.Status.PowerState}."
            + (machine.Status is { PowerState: PowerState.Paused, Reason: { } reason } ? $" {reason}" : "")
            + (tail is null ? "" : $" The end of its serial log:\n{tail}\n"),
            "Wait longer with the timeout argument, or look at its console. The machine is left as it is.",
            machine.Id.ToString());
    }

    private async Task<string?> TailAsync(VirtualMachine machine, CancellationToken cancellationToken)
    {
        try
        {
            return await serialLog.ReadTailAsync(machine.Id, machine.Project, SerialLogTailBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (LimiQuantixException)
        {
            // The wait's own error says more than that the log could not be read either.
            return null;
        }
    }

    private static LimiQuantixException Ended(VirtualMachine machine, string what, string? detail) => new(
        ErrorCodes.FailedPrecondition, $"The machine '{machine.Name}' {what} while it was waited for.{(detail is null ? "" : " " + detail)}",
        "Look at its serial log and its operations.", machine.Id.ToString());
}
