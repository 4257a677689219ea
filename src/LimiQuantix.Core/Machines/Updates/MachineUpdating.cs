using LimiQuantix.Core.Admissions;
using LimiQuantix.Core.Machines.Creation;
using LimiQuantix.Core.Machines.Specs;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Storage;
using LimiQuantix.Machines;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Machines.Updates;

/// <summary>What somebody wants of a machine that is there.</summary>
/// <param name="Marked">The machine with what is its record's alone: name, labels, sharing.</param>
/// <param name="Spec">The wanted spec; what it leaves out is as it is.</param>
internal sealed record MachineWish(MachineDocument Marked, MachineSpec Spec);

/// <summary>
/// Stores the wish that a machine is otherwise: the new spec, ids of what is to be made, what it reserves and the operation, in one transaction. Updates of one machine
/// go one after the other.
/// </summary>
internal sealed class MachineUpdating(
    IOperationQueue queue,
    OperationStore operations,
    Admission admission,
    ResourceTable<MachineDocument> machines,
    MachineRecords records,
    SpecResolution resolution,
    MachinePlacement placement,
    VolumeLocks locks,
    MachineChangeJudge judge)
{
    /// <param name="caller">Who asks.</param>
    /// <param name="id">The machine.</param>
    /// <param name="request">What was asked, for idempotency and admission.</param>
    /// <param name="options">Idempotency key.</param>
    /// <param name="expectedGeneration">The generation that the machine must still have.</param>
    /// <param name="wish">Makes the wish of the stored machine; may be called more than once.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Operation> SubmitAsync(
        Caller caller, Guid id, object request, OperationOptions? options, long? expectedGeneration, Func<MachineDocument, MachineWish> wish, CancellationToken cancellationToken)
    {
        while (true)
        {
            Operation? running = null;
            try
            {
                return await queue.SubmitAsync(
                    Request(caller, id, request, options),
                    async token =>
                    {
                        var stored = await machines.GetAsync(id, caller.Project, token).ConfigureAwait(false);
                        ExpectedGeneration.Check(stored.Value, expectedGeneration);
                        running = await FindRunningAsync(stored.Value, token).ConfigureAwait(false);
                        if (running is not null) throw Runs(stored.Value, running);
                        return await PrepareAsync(stored, wish(stored.Value), token).ConfigureAwait(false);
                    },
                    cancellationToken).ConfigureAwait(false);
            }
            catch (LimiQuantixException) when (running is not null)
            {
                await foreach (var _ in operations.FollowAsync(running.Id, cancellationToken).ConfigureAwait(false))
                {
                    // Until it has ended.
                }
            }
        }
    }

    /// <summary>What an update would change, and the error that it would give. Stores nothing.</summary>
    public async Task<ResourcePlan> PlanAsync(
        Caller caller, Stored<MachineDocument> stored, object request, Func<MachineDocument, MachineWish> wish, CancellationToken cancellationToken)
    {
        IReadOnlyList<PlannedChange> changes = [];
        try
        {
            var wanted = wish(stored.Value);
            changes = [.. (await DifferencesAsync(stored.Value, wanted, cancellationToken).ConfigureAwait(false)).Select(change => change.Planned)];
            var intent = await PrepareAsync(stored, wanted, cancellationToken).ConfigureAwait(false);
            if (!intent.IsNothing) await admission.AdmitAsync(Request(caller, stored.Value.Id, request, null), intent, cancellationToken).ConfigureAwait(false);
            return new ResourcePlan { Changes = changes };
        }
        catch (LimiQuantixException e)
        {
            return new ResourcePlan { Changes = changes, Error = e.Error };
        }
    }

    /// <summary>Every difference of a wish to what is stored, with what it takes for this machine.</summary>
    public async Task<IReadOnlyList<MachineChange>> DifferencesAsync(MachineDocument machine, MachineWish wish, CancellationToken cancellationToken)
    {
        var wanted = SpecCompletion.Complete(wish.Spec, machine.Spec);
        MachineSpecValidator.Validate(wanted);
        var (there, then) = (Named(machine, machine.Spec), Named(wish.Marked, wanted));
        var changes = MachineChanges.Between(there, then);
        return changes.Count == 0 ? changes : MachineChanges.Between(there, then, await judge.FactsAsync(machine, changes, cancellationToken).ConfigureAwait(false));
    }

    private async Task<OperationIntent> PrepareAsync(Stored<MachineDocument> stored, MachineWish wish, CancellationToken cancellationToken)
    {
        var machine = stored.Value;
        CheckReady(machine);
        Refuse(machine, await DifferencesAsync(machine, wish, cancellationToken).ConfigureAwait(false));
        await CheckNameAsync(machine, wish.Marked, cancellationToken).ConfigureAwait(false);
        var resolved = await resolution.ResolveAsync(machine.Project, SpecCompletion.Complete(wish.Spec, machine.Spec), machine, cancellationToken).ConfigureAwait(false);
        // What is added must be there on the machine's node, and understood there.
        await placement.ChooseAsync(resolved.Spec with { Node = machine.NodeId }, resolved.Disks, resolved.Nics, cancellationToken).ConfigureAwait(false);

        var before = MachineShape.Of(machine);
        var applied = machine.Applied ?? before;
        var next = wish.Marked with { Spec = resolved.Spec, Disks = resolved.Disks, Nics = resolved.Nics };
        var wanted = MachineShape.Of(next);
        // What becomes of volumes is the record's alone: the machine has it at once.
        next = (next with { Applied = before }).NowHas(applied.KeepingAs(wanted));
        var write = machines.Update(stored, next);
        if (next.Applied is null && next.LeavingDisks.Count + next.LeavingNics.Count == 0 && write.Mutations is [{ Value: { } value }] && value.Span.SequenceEqual(stored.Json.Span))
            return new OperationIntent { ResourceId = machine.Id, IsNothing = true };
        return new OperationIntent
        {
            ResourceId = machine.Id,
            Name = next.Name,
            // The machine's document has what is wanted.
            StoresRequest = false,
            Reserves = MachineReservations.Of(next),
            // Whoever has one of them locked goes first, and is named.
            LocksVolumes = new VolumeLockRequest { Verb = VolumeVerbs.Grow, VolumeIds = [.. MachineApplying.Growing(next)] },
            Data = MachineBefore.Of(machine) with { Wanted = before, Applied = applied.KeepingAs(wanted) },
            Writes =
            [
                write,
                await locks.RequireFreeAsync([.. next.LeavingDisks.Concat(next.Applied?.Disks.Where(disk => !wanted.Has(disk)) ?? []).Select(disk => disk.VolumeId).OfType<Guid>()], cancellationToken)
                    .ConfigureAwait(false),
                .. await records.AddAsync(
                    next,
                    next.Disks.Where(disk => !before.Has(disk) && !applied.Has(disk)),
                    next.Nics.Where(nic => !before.Has(nic) && !applied.Has(nic)),
                    null,
                    cancellationToken).ConfigureAwait(false),
                .. resolved.Writes,
            ],
        };
    }

    private static OperationRequest Request(Caller caller, Guid id, object request, OperationOptions? options) =>
        new() { Kind = MachineOperationKinds.Update, Caller = caller, Target = id, Request = request, Options = options };

    private async Task<Operation?> FindRunningAsync(MachineDocument machine, CancellationToken cancellationToken)
    {
        var known = await operations.ListAsync(machine.Project, machine.Id, cancellationToken).ConfigureAwait(false);
        return known.FirstOrDefault(operation => operation.Kind == MachineOperationKinds.Update && !OperationStore.HasEnded(operation));
    }

    private async Task CheckNameAsync(MachineDocument machine, MachineDocument marked, CancellationToken cancellationToken)
    {
        if (marked.Name != machine.Name && await machines.FindByNameAsync(machine.Project, marked.Name, cancellationToken).ConfigureAwait(false) is not null)
            throw new LimiQuantixException(ErrorCodes.Conflict, $"The name '{Names.Show(marked.Name)}' is another one's.", "Choose another name.", marked.Name);
    }

    private static MachineSpec Named(MachineDocument machine, MachineSpec spec) => spec with { Name = machine.Name, Labels = machine.Labels, Sharing = machine.Sharing };

    private static void Refuse(MachineDocument machine, IReadOnlyList<MachineChange> changes)
    {
        List<MachineChange> refused = [.. changes.Where(change => change.Effect is not (ChangeEffect.InPlace or ChangeEffect.NeedsPowerOff))];
        if (refused.Count > 0) throw Error(ErrorCodes.FailedPrecondition, machine, $"The machine '{machine.Name}' cannot become so", refused, "Leave that out, or make a new machine.");
    }

    /// <summary>An error that names each change, with what is there, what is wanted, and what that takes.</summary>
    public static LimiQuantixException Error(string code, MachineDocument machine, string what, IReadOnlyList<MachineChange> changes, string remedy) => new(new LimiQuantixError
    {
        Code = code,
        Message = $"{what}: {string.Join(" ", changes.Select(change => change.Sentence))}",
        Remedy = remedy,
        Target = machine.Id.ToString(),
        Problems = [.. changes.Select(change => new LimiQuantixProblem { Pointer = change.Planned.Pointer, Code = code, Message = change.Sentence, Remedy = change.Planned.Reason })],
    });

    private static void CheckReady(MachineDocument machine)
    {
        if (machine.Phase == MachinePhase.Ready) return;
        throw new LimiQuantixException(
            ErrorCodes.FailedPrecondition, $"The machine '{machine.Name}' is {machine.Phase.ToString().ToLowerInvariant()}.",
            machine.Phase == MachinePhase.Creating ? "Wait for its creation to end, or cancel that operation." : "Delete it and create it anew.", machine.Id.ToString());
    }

    private static LimiQuantixException Runs(MachineDocument machine, Operation running) => new(
        ErrorCodes.Conflict, $"An update of '{machine.Name}' has not ended: operation {running.Id}.", "Wait for it, or cancel it.", machine.Id.ToString(), isTransient: true);
}

/// <summary>What was asked about a disc.</summary>
internal sealed record MachineDiscRequest
{
    public Guid? Image { get; init; }

    public string? Drive { get; init; }
}
