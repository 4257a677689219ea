using LimiQuantix.Core.Images;
using LimiQuantix.Core.Machines.Deletion;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Plugins;
using LimiQuantix.Core.Resources;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Operations;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Machines.Creation;

/// <summary>
/// Makes what a machine is made of, in order: base, volume, port, seed, definition. Every step is an ensure of ids that were stored
/// before, so that a resumed creation runs all of them again; every step registers its undo before it begins.
/// </summary>
internal sealed class MachineProvisioning(
    ProviderInstances providers,
    ResourceTable<MachineDocument> machines,
    Installation installation,
    BasePublisher bases,
    MachineSeed seeds,
    MachineTeardown teardown,
    EngineRetry retry)
{
    /// <summary>Makes and defines the machine, off. Returns the document as it was stored last.</summary>
    public async Task<MachineDocument> DefineAsync(
        MachineDocument machine, OperationContext context, UndoStack undo, CancellationToken cancellationToken)
    {
        undo.Push(MachineStepNames.Volume, token => teardown.DeleteVolumeAsync(machine, token));
        var disk = await EnsureVolumeAsync(machine, context, cancellationToken).ConfigureAwait(false);

        context.Report(new OperationProgress { Step = MachineStepNames.Network });
        undo.Push(MachineStepNames.Network, token => teardown.DeletePortAsync(machine, token));
        (machine, var nic) = await EnsurePortAsync(machine, context, cancellationToken).ConfigureAwait(false);

        context.Report(new OperationProgress { Step = MachineStepNames.Define });
        undo.Push(MachineStepNames.Define, token => teardown.DeleteDomainAsync(machine, token));
        var definition = await AssembleAsync(machine, disk, nic, cancellationToken).ConfigureAwait(false);
        var hypervisor = await providers.GetAsync<IHypervisor>(machine.Hypervisor, cancellationToken).ConfigureAwait(false);
        var observation = await retry.RunAsync(token => hypervisor.EnsureDefinedAsync(definition, token), cancellationToken).ConfigureAwait(false);
        return await SaveAsync(
            machine, current => current with { MachineType = observation.MachineType, Accelerator = observation.Accelerator }, context, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Makes the machine's disk and port reachable again and starts it with what that gave: also after the node's own restart.</summary>
    public async Task StartAsync(MachineDocument machine, OperationContext context, CancellationToken cancellationToken)
    {
        context.Report(new OperationProgress { Step = MachineStepNames.Start });
        var disk = await AttachAsync(machine, cancellationToken).ConfigureAwait(false);
        (machine, var nic) = await EnsurePortAsync(machine, context, cancellationToken).ConfigureAwait(false);
        var definition = await AssembleAsync(machine, disk, nic, cancellationToken).ConfigureAwait(false);
        var hypervisor = await providers.GetAsync<IHypervisor>(machine.Hypervisor, cancellationToken).ConfigureAwait(false);
        await retry.RunAsync(token => hypervisor.StartAsync(definition, token), cancellationToken).ConfigureAwait(false);
    }

    private async Task<MachineDefinition> AssembleAsync(MachineDocument machine, DiskAttachment disk, MachineNic nic, CancellationToken cancellationToken) => new()
    {
        Ownership = await OwnAsync(machine.Id, cancellationToken).ConfigureAwait(false),
        DisplayName = machine.Name,
        MemoryBytes = machine.Spec.MemoryBytes,
        CpuCount = machine.Spec.CpuCount,
        Disks = [new MachineDisk { VolumeId = machine.VolumeId, Attachment = disk }],
        Nics = [nic],
        Seed = await seeds.BuildAsync(machine, cancellationToken).ConfigureAwait(false),
        MachineType = machine.MachineType,
    };

    private async Task<DiskAttachment> EnsureVolumeAsync(MachineDocument machine, OperationContext context, CancellationToken cancellationToken)
    {
        var pool = await providers.GetAsync<IStorageBackend>(machine.Pool, cancellationToken).ConfigureAwait(false);
        var digest = ImageDigest.Parse(machine.BaseDigest);
        await bases.PublishAsync(digest, pool, context, cancellationToken).ConfigureAwait(false);

        context.Report(new OperationProgress { Step = MachineStepNames.Volume });
        var definition = new VolumeDefinition
        {
            Ownership = await OwnAsync(machine.VolumeId, cancellationToken).ConfigureAwait(false),
            SizeBytes = machine.Spec.DiskSizeBytes,
            BaseDigest = digest,
        };
        try
        {
            await retry.RunAsync(token => pool.EnsureVolumeAsync(definition, token), cancellationToken).ConfigureAwait(false);
        }
        catch (LimiQuantixException error) when (error.Code == ErrorCodes.NotFound)
        {
            // A pool holds an unused base for a while only: what went in the meantime is written once more.
            await bases.PublishAsync(digest, pool, context, cancellationToken).ConfigureAwait(false);
            await retry.RunAsync(token => pool.EnsureVolumeAsync(definition, token), cancellationToken).ConfigureAwait(false);
        }

        return await AttachAsync(machine, cancellationToken).ConfigureAwait(false);
    }

    private async Task<DiskAttachment> AttachAsync(MachineDocument machine, CancellationToken cancellationToken)
    {
        var pool = await providers.GetAsync<IStorageBackend>(machine.Pool, cancellationToken).ConfigureAwait(false);
        return await retry.RunAsync(
            token => pool.AttachAsync(machine.VolumeId, machine.NodeId, VolumeAccess.ReadWrite, token), cancellationToken).ConfigureAwait(false);
    }

    private async Task<(MachineDocument Machine, MachineNic Nic)> EnsurePortAsync(
        MachineDocument machine, OperationContext context, CancellationToken cancellationToken)
    {
        var fabric = await providers.GetAsync<INetworkBackend>(machine.Fabric, cancellationToken).ConfigureAwait(false);
        var network = new NetworkDefinition
        {
            Ownership = await OwnAsync(machine.NetworkId, cancellationToken).ConfigureAwait(false),
            Name = machine.Fabric,
        };
        await retry.RunAsync(token => fabric.EnsureNetworkAsync(network, token), cancellationToken).ConfigureAwait(false);
        var port = new PortDefinition
        {
            Ownership = await OwnAsync(machine.PortId, cancellationToken).ConfigureAwait(false),
            NetworkId = machine.NetworkId,
            MacAddress = machine.MacAddress,
            Forwards = machine.Forwards.Count > 0 ? machine.Forwards : machine.Spec.Forwards,
        };
        var made = await retry.RunAsync(token => fabric.EnsurePortAsync(port, token), cancellationToken).ConfigureAwait(false);

        // The chosen host ports are stored before the definition names them: a resumed creation must ask for the same.
        if (!made.Forwards.SequenceEqual(machine.Forwards))
            machine = await SaveAsync(machine, current => current with { Forwards = made.Forwards }, context, cancellationToken).ConfigureAwait(false);
        var attachment = await retry.RunAsync(token => fabric.BindPortAsync(machine.PortId, machine.NodeId, token), cancellationToken).ConfigureAwait(false);
        return (machine, new MachineNic { PortId = machine.PortId, MacAddress = machine.MacAddress, Attachment = attachment });
    }

    private Task<MachineDocument> SaveAsync(
        MachineDocument machine, Func<MachineDocument, MachineDocument> change, OperationContext context, CancellationToken cancellationToken) =>
        machines.UpdateAsync(machine.Id, change, context.Fence, cancellationToken);

    private async ValueTask<Ownership> OwnAsync(Guid resourceId, CancellationToken cancellationToken) =>
        new() { InstallationId = await installation.GetIdAsync(cancellationToken).ConfigureAwait(false), ResourceId = resourceId };
}
