using LimiQuantix.Core.Machines.Observation;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Diagnostics;
using LimiQuantix.Machines;
using LimiQuantix.Nodes;
using LimiQuantix.Operations;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Machines.Quarantine;

/// <summary>
/// The machines that carry this installation's mark and have no record. The state may be an older backup: only a person knows whether they
/// are wanted. They are adopted from what the hypervisor keeps with them, or purged by an operation.
/// </summary>
internal sealed partial class MachineQuarantine(
    ProviderInstances providers,
    ResourceTable<MachineDocument> machines,
    MachineRecords records,
    MachineReservations reservations,
    MachineReader reader,
    AdoptedVolumes volumes,
    IStateStore state,
    IOperationQueue queue,
    TimeProvider timeProvider,
    ILogger<MachineQuarantine> logger) : IReportsPrerequisites
{
    private const int MaxAttempts = 8;
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(20);

    public async Task<IReadOnlyList<QuarantinedMachine>> ListAsync(Caller caller, NodeId? node, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(providers.All<IHypervisor>()
            .Where(instance => node is null || node == (instance.Node ?? NodeId.Local))
            .Select(instance => TryListAsync(instance, cancellationToken))).ConfigureAwait(false);
        return [.. found.SelectMany(seen => seen).Where(one => IsVisible(one, caller)).Select(View)];
    }

    public async Task<VirtualMachine> AdoptAsync(Caller caller, Guid id, string? name, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await machines.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } known)
            {
                // What has a record is not quarantined: another project's is answered without asking a hypervisor.
                if (known.Value.Project != caller.Project) throw NotQuarantined(id);
                return await reader.ComposeAsync(known.Value, cancellationToken).ConfigureAwait(false);
            }

            MachineDocument machine;
            try
            {
                machine = Restore(await FindAsync(caller, id, cancellationToken).ConfigureAwait(false) ?? throw NotQuarantined(id));
                if (name is not null) machine = machine with { Name = name };
                await CheckFreeAsync(machine, cancellationToken).ConfigureAwait(false);
            }
            catch (LimiQuantixException exception) when (exception.Code is ErrorCodes.NotFound or ErrorCodes.Conflict && attempt < MaxAttempts)
            {
                // It may have been adopted by somebody else a moment ago: then it is no more in quarantine, and has its name itself.
                if (await machines.ExistsAsync(id, cancellationToken).ConfigureAwait(false)) continue;
                throw;
            }

            var marks = await volumes.ReadMarksAsync(machine, cancellationToken).ConfigureAwait(false);
            var writes = await records.InsertAsync(machine, marks, cancellationToken).ConfigureAwait(false);
            // It is there already: a quota does not keep it from being known.
            var reserved = await reservations.TakeAsync(machine, cancellationToken).ConfigureAwait(false);
            var commit = await state.CommitPatientlyAsync(StateWrite.Combine(null, [.. writes, reserved]), cancellationToken).ConfigureAwait(false);
            if (commit.IsCommitted)
            {
                LogAdopted(logger, machine.Name, id);
                return await reader.GetAsync(id, machine.Project, cancellationToken).ConfigureAwait(false);
            }

            // Somebody adopted it, or took its name: the next look says which.
            if (attempt == MaxAttempts) throw new LimiQuantixException(ErrorCodes.Conflict, "The machine's records were changed each time.", "Try again.", id.ToString(), true);
        }
    }

    public Task<Operation> PurgeAsync(Caller caller, Guid id, PurgeOptions? options, CancellationToken cancellationToken) => queue.SubmitAsync(
        new OperationRequest { Kind = MachineOperationKinds.Purge, Caller = caller, Target = id, Request = new ResourceRequest { Id = id }, Options = options },
        async token =>
        {
            if (await machines.FindAsync(id, token).ConfigureAwait(false) is { } known)
            {
                if (known.Value.Project != caller.Project) return new OperationIntent { ResourceId = id, IsNothing = true };
                throw new LimiQuantixException(
                    ErrorCodes.FailedPrecondition, $"The machine '{known.Value.Name}' has a record: it is not quarantined.", "Use DeleteAsync.", id.ToString());
            }

            if (await FindAsync(caller, id, token).ConfigureAwait(false) is not { } found) return new OperationIntent { ResourceId = id, IsNothing = true };
            return new OperationIntent
            {
                ResourceId = id,
                Data = new MachinePurge { Machine = View(found), Kept = found.Observation.Record },
                // Nobody may have adopted it meanwhile.
                Writes = [machines.RequireAbsent(id)],
            };
        },
        cancellationToken);

    /// <summary>The doctor's lines.</summary>
    public async Task<PrerequisiteReport> CheckPrerequisitesAsync(CheckPrerequisitesRequest request, CancellationToken cancellationToken = default)
    {
        var found = await ListAsync(Caller.Host, null, cancellationToken).ConfigureAwait(false);
        IEnumerable<Prerequisite> lines = found.Select(machine => new Prerequisite
        {
            Name = $"quarantined machine '{machine.Name ?? machine.HypervisorName}'",
            Status = PrerequisiteStatus.Unusable,
            Detail = $"{machine.HypervisorName} on '{machine.Hypervisor}' carries this installation's mark and has no record, as after an older backup of the state was restored. It is left alone.",
            Remedy = (machine.CanBeAdopted ? $"Keep it: await limiquantix.Machines.AdoptAsync(new Guid(\"{machine.Id}\")). " : "")
                + $"Delete it: await limiquantix.Machines.PurgeAsync(new Guid(\"{machine.Id}\")).",
            IsOptional = true,
        });
        return new PrerequisiteReport { Prerequisites = [.. lines] };
    }

    private static MachineDocument Restore(Found found) =>
        (MachineDocument.FromKept(found.Observation.Record) is { } kept && kept.Id == found.Id ? kept : null) is { } machine
            ? machine with
            {
                Hypervisor = found.Hypervisor.Name,
                Node = (found.Hypervisor.Node ?? NodeId.Local).Value,
                Phase = MachinePhase.Ready,
                // The machine may be ahead of what was kept with it: what is asked of it from now on must not be lower.
                OwnerEpoch = Math.Max(machine.OwnerEpoch, found.Observation.Mark?.OwnerEpoch ?? 1),
                Generation = Math.Max(machine.Generation, found.Observation.Mark?.Generation ?? 1),
                MachineType = found.Observation.MachineType ?? machine.MachineType,
                Accelerator = found.Observation.Accelerator ?? machine.Accelerator,
                ShouldRun = found.Observation.PowerState is not (PowerState.Stopped or PowerState.Crashed),
            }
            : throw new LimiQuantixException(
                ErrorCodes.FailedPrecondition, $"Nothing that this version can read is kept with {found.Observation.HypervisorName}.",
                "Restore a newer backup of the state, or purge the machine.", found.Id.ToString());

    private async Task CheckFreeAsync(MachineDocument machine, CancellationToken cancellationToken)
    {
        if (await machines.FindByNameAsync(machine.Project, machine.Name, cancellationToken).ConfigureAwait(false) is { } other)
            throw Taken($"Another machine is named '{machine.Name}' now", other.Value.Id);
        foreach (var nic in machine.Nics)
        {
            if (await records.IsMacTakenAsync(nic.MacAddress, null, cancellationToken).ConfigureAwait(false))
                throw Taken($"Another machine has the MAC address {nic.MacAddress} now", machine.Id);
        }
    }

    private static LimiQuantixException NotQuarantined(Guid id) => new(
        ErrorCodes.NotFound, $"No hypervisor has a quarantined machine '{id}'.", "List the quarantined ones.", id.ToString());

    private static LimiQuantixException Taken(string what, Guid target) => new(
        ErrorCodes.Conflict, what + ".", "Delete that machine first, adopt this one by another name, or purge it.", target.ToString());

    // All are asked at once. Where nobody has it and somebody did not answer, that is the answer: it may be there.
    private async Task<Found?> FindAsync(Caller caller, Guid id, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(providers.All<IHypervisor>().Select(instance => TryAsync(
            instance,
            async (hypervisor, token) => (await hypervisor.ObserveAsync(new ObserveMachineRequest { MachineId = id }, token).ConfigureAwait(false)).Machine is { } seen
                ? new Found(id, instance, seen)
                : null,
            cancellationToken))).ConfigureAwait(false);
        if (answers.FirstOrDefault(answer => answer.Value is not null && IsVisible(answer.Value, caller)).Value is { } found)
            return await machines.FindAsync(id, cancellationToken).ConfigureAwait(false) is null ? found : null;
        return answers.FirstOrDefault(answer => answer.Error is not null).Error is { } error ? throw error : null;
    }

    private async Task<IReadOnlyList<Found>> TryListAsync(ProviderInstanceInfo instance, CancellationToken cancellationToken)
    {
        var (found, error) = await TryAsync(instance, (hypervisor, token) => ListAsync(instance, hypervisor, token), cancellationToken).ConfigureAwait(false);
        if (error is not null) LogListFailed(logger, error.Trace(), error.Reason(), instance.Name);
        return found ?? [];
    }

    private async Task<List<Found>?> ListAsync(ProviderInstanceInfo instance, IHypervisor hypervisor, CancellationToken cancellationToken)
    {
        var found = new List<Found>();
        await foreach (var seen in hypervisor.ListAsync(new ListMachinesRequest(), cancellationToken).ConfigureAwait(false))
        {
            if (seen.MachineId is { } id && !await machines.ExistsAsync(id, cancellationToken).ConfigureAwait(false)) found.Add(new Found(id, instance, seen));
        }

        return found;
    }

    private async Task<(T? Value, LimiQuantixException? Error)> TryAsync<T>(
        ProviderInstanceInfo instance, Func<IHypervisor, CancellationToken, Task<T?>> ask, CancellationToken cancellationToken) where T : class
    {
        using var deadline = new CancellationTokenSource(AskLimit, timeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var hypervisor = await providers.GetAsync<IHypervisor>(instance.Name, instance.Node, linked.Token).ConfigureAwait(false);
            return (await ask(hypervisor, linked.Token).ConfigureAwait(false), null);
        }
        catch (LimiQuantixException exception)
        {
            return (null, exception);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, new LimiQuantixException(
                ErrorCodes.Timeout, $"The hypervisor '{instance.Name}' of node '{instance.Node}' did not answer in {AskLimit.TotalSeconds:0} s.",
                "Try again when it answers.", instance.Name, isTransient: true));
        }
    }

    // Whose nothing is known belongs to nobody: the default project may deal with it.
    private static bool IsVisible(Found found, Caller caller) =>
        (MachineDocument.FromKept(found.Observation.Record)?.Project ?? Caller.DefaultProject) == caller.Project;

    private static QuarantinedMachine View(Found found)
    {
        var kept = MachineDocument.FromKept(found.Observation.Record);
        return new QuarantinedMachine
        {
            Id = found.Id,
            Hypervisor = found.Hypervisor.Name,
            Node = found.Hypervisor.Node ?? NodeId.Local,
            HypervisorName = found.Observation.HypervisorName,
            PowerState = found.Observation.PowerState,
            Name = kept?.Name,
            CanBeAdopted = kept?.Id == found.Id,
        };
    }

    private sealed record Found(Guid Id, ProviderInstanceInfo Hypervisor, MachineObservation Observation);

    [LoggerMessage(1, LogLevel.Information, "Machine {Name} ({MachineId}) was adopted from what its hypervisor keeps with it")]
    private static partial void LogAdopted(ILogger logger, string name, Guid machineId);

    [LoggerMessage(2, LogLevel.Warning, "The machines of hypervisor {Instance} could not be listed: {Reason}")]
    private static partial void LogListFailed(ILogger logger, Exception? exception, string reason, string instance);
}
