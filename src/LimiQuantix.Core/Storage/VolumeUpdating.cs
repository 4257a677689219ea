using System.Collections.Frozen;
using LimiQuantix.Core.Admissions;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Nodes;
using LimiQuantix.Operations;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Storage;

/// <summary>What a change of each member of a volume's spec takes, by its name as in JSON. A test holds that none is missing.</summary>
internal static class VolumeChangeTable
{
    public static readonly FrozenDictionary<string, (ChangeEffect Effect, string? Reason)> Spec = new Dictionary<string, (ChangeEffect, string?)>
    {
        ["sizeBytes"] = (ChangeEffect.InPlace, null),
        ["pool"] = (ChangeEffect.NeedsReplacement, "A volume stays in its pool."),
        ["imageId"] = (ChangeEffect.NeedsReplacement, "A volume begins as something once."),
    }.ToFrozenDictionary();
}

/// <summary>What a volume is to become.</summary>
internal sealed record VolumeGrowth
{
    public required long SizeBytes { get; init; }
}

/// <summary>Stores the wish that a volume of no machine is larger, with the operation that makes it so.</summary>
internal sealed class VolumeUpdating(IOperationQueue queue, ResourceTable<VolumeDocument> volumes, Admission admission, VolumeLocks locks, ProviderInstances providers)
{
    /// <param name="caller">Who asks.</param>
    /// <param name="id">The volume.</param>
    /// <param name="update">What was asked, with a size.</param>
    /// <param name="options">Idempotency key.</param>
    /// <param name="mark">Makes the document with what is the record's alone.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Operation> SubmitAsync(
        Caller caller, Guid id, VolumeUpdate update, UpdateOptions? options, Func<VolumeDocument, VolumeDocument> mark, CancellationToken cancellationToken) => queue.SubmitAsync(
        Request(caller, id, update, options),
        async token =>
        {
            var stored = await volumes.GetAsync(id, caller.Project, token).ConfigureAwait(false);
            var intent = await PrepareAsync(stored.Value, update, token).ConfigureAwait(false);
            var marked = mark(stored.Value);
            return intent with { Writes = [marked == stored.Value ? volumes.Require(stored) : volumes.Update(stored, marked)] };
        },
        cancellationToken);

    /// <summary>Throws what would keep a volume from becoming so now. Stores nothing.</summary>
    public async Task PlanAsync(Caller caller, VolumeDocument volume, VolumeUpdate update, CancellationToken cancellationToken)
    {
        var intent = await PrepareAsync(volume, update, cancellationToken).ConfigureAwait(false);
        await locks.RequireFreeAsync([volume.Id], cancellationToken).ConfigureAwait(false);
        await admission.AdmitAsync(Request(caller, volume.Id, update, null), intent, cancellationToken).ConfigureAwait(false);
    }

    private async Task<OperationIntent> PrepareAsync(VolumeDocument volume, VolumeUpdate update, CancellationToken cancellationToken)
    {
        var size = update.SizeBytes!.Value;
        if (volume.MachineId is { } machine)
        {
            throw new LimiQuantixException(
                ErrorCodes.FailedPrecondition, $"The volume is a disk of machine {machine}.", "Change that machine's disk: Machines.UpdateAsync.", volume.Id.ToString());
        }

        if (size < volume.Spec.SizeBytes || size % 512 != 0)
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, $"SizeBytes {size} must be a multiple of 512, and at least the {volume.Spec.SizeBytes} that the volume has: it only grows.",
                target: nameof(VolumeUpdate.SizeBytes));
        }

        await VolumeGrower.GetAsync(providers, volume, cancellationToken).ConfigureAwait(false);
        return new OperationIntent
        {
            ResourceId = volume.Id,
            Name = volume.Name,
            StoresRequest = false,
            Data = new VolumeGrowth { SizeBytes = size },
            LocksVolumes = new VolumeLockRequest { Verb = VolumeVerbs.Grow, VolumeIds = [volume.Id] },
        };
    }

    private static OperationRequest Request(Caller caller, Guid id, VolumeUpdate update, UpdateOptions? options) =>
        new() { Kind = Actions.VolumesUpdate, Caller = caller, Target = id, Request = update, Options = options };
}

/// <summary>Makes a volume of no machine larger. Once begun it is not taken back.</summary>
internal sealed class VolumeUpdateKind(ResourceTable<VolumeDocument> volumes, ProviderInstances providers, EngineRetry retry) : IOperationKind
{
    public string Name => Actions.VolumesUpdate;

    public IReadOnlyList<string> StepNames { get; } = ["grow"];

    public async Task<OperationPlan> PlanAsync(OperationContext context, CancellationToken cancellationToken)
    {
        if (context.GetData<VolumeGrowth>() is not { } growth || await volumes.FindAsync(context.Operation.ResourceId, cancellationToken).ConfigureAwait(false) is not { } stored) return new OperationPlan();
        return new OperationPlan
        {
            Steps = [new() { Name = "grow", Do = token => GrowAsync(stored.Value, growth.SizeBytes, token), IsPointOfNoReturn = true }],
            End = (ending, token) => EndAsync(stored.Value.Id, growth.SizeBytes, ending, token),
        };
    }

    private async Task GrowAsync(VolumeDocument volume, long sizeBytes, CancellationToken cancellationToken)
    {
        var growth = await VolumeGrower.GetAsync(providers, volume, cancellationToken).ConfigureAwait(false);
        await retry.RunAsync(
            token => growth.GrowVolumeAsync(new GrowVolumeRequest { Call = ProviderCallScope.NewCall(volume.About), VolumeId = volume.Id, SizeBytes = sizeBytes }, token),
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<OperationEnd> EndAsync(Guid id, long sizeBytes, OperationEnding ending, CancellationToken cancellationToken)
    {
        if (ending.Phase != OperationPhase.Succeeded || await volumes.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } stored) return new OperationEnd();
        return new OperationEnd { Writes = [volumes.Update(stored, stored.Value with { Spec = stored.Value.Spec with { SizeBytes = sizeBytes } })] };
    }
}

/// <summary>Finds what makes a volume larger.</summary>
internal static class VolumeGrower
{
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.FailedPrecondition"/>: its pool does not let volumes grow.</exception>
    public static async Task<ISupportsGrowth> GetAsync(ProviderInstances providers, VolumeDocument volume, CancellationToken cancellationToken)
    {
        var pool = await providers.GetWholeAsync<IStorageBackend>(volume.Spec.Pool, volume.Node is null ? NodeId.Local : new NodeId(volume.Node), cancellationToken).ConfigureAwait(false);
        return pool.GetCapability<ISupportsGrowth>() ?? throw new LimiQuantixException(
            ErrorCodes.FailedPrecondition, $"The pool '{volume.Spec.Pool}' does not let volumes grow.", "Make another volume.", volume.Id.ToString());
    }
}
