using LimiQuantix.Core.Operations;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Storage.Bases;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Machines.Creation;

/// <summary>
/// Makes what a machine is made of: base, volume, port, seed, definition. Every call is an ensure of ids that were stored before, so that
/// a resumed operation makes all of them again.
/// </summary>
internal sealed class MachineProvisioning(
    ProviderInstances providers,
    ResourceTable<MachineDocument> machines,
    Installation installation,
    BasePublisher bases,
    MachineSeed seeds,
    EngineRetry retry)
{
    /// <summary>Puts the image's bytes into the machine's pool, unless they are there.</summary>
    public async Task PublishBaseAsync(MachineDocument machine, OperationContext context, CancellationToken cancellationToken)
    {
        var pool = await providers.GetAsync<IStorageBackend>(machine.Pool, cancellationToken).ConfigureAwait(false);
        await bases.PublishAsync(ImageDigest.Parse(machine.BaseDigest), machine.Pool, pool, context, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the root disk and attaches it to the machine's node.</summary>
    public async Task<DiskAttachment> EnsureVolumeAsync(MachineDocument machine, OperationContext context, CancellationToken cancellationToken)
    {
        var pool = await providers.GetAsync<IStorageBackend>(machine.Pool, cancellationToken).ConfigureAwait(false);
        var definition = new VolumeDefinition
        {
            Ownership = await OwnAsync(machine, machine.VolumeId, cancellationToken).ConfigureAwait(false),
            SizeBytes = machine.Spec.DiskSizeBytes,
            BaseDigest = ImageDigest.Parse(machine.BaseDigest),
        };
        try
        {
            await retry.RunAsync(token => pool.EnsureVolumeAsync(new EnsureVolumeRequest { Call = ProviderCallScope.NewCall(), Definition = definition }, token), cancellationToken).ConfigureAwait(false);
        }
        catch (LimiQuantixException error) when (error.Code == ErrorCodes.NotFound)
        {
            // A pool holds an unused base for a while only: what went in the meantime is written once more.
            await PublishBaseAsync(machine, context, cancellationToken).ConfigureAwait(false);
            await retry.RunAsync(token => pool.EnsureVolumeAsync(new EnsureVolumeRequest { Call = ProviderCallScope.NewCall(), Definition = definition }, token), cancellationToken).ConfigureAwait(false);
        }

        return await AttachAsync(machine, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the disk reachable on the machine's node, again after the node's restart.</summary>
    public async Task<DiskAttachment> AttachAsync(MachineDocument machine, CancellationToken cancellationToken)
    {
        var pool = await providers.GetAsync<IStorageBackend>(machine.Pool, cancellationToken).ConfigureAwait(false);
        var attached = await retry.RunAsync(
            token => pool.AttachAsync(
                new AttachVolumeRequest
                {
                    Call = ProviderCallScope.NewCall(),
                    AttachmentId = machine.AttachmentId,
                    VolumeId = machine.VolumeId,
                    MachineId = machine.Id,
                    Node = machine.NodeId,
                    Access = VolumeAccess.ReadWrite,
                },
                token),
            cancellationToken).ConfigureAwait(false);
        // A key that the pool names is among the pool's secrets, whoever reads it.
        return attached.Attachment is RbdDisk { Key: { } key } rbd ? rbd with { Key = key with { Owner = SecretOwner.OfInstance(machine.Pool) } } : attached.Attachment;
    }

    /// <summary>Makes the port and binds it to the machine's node. Gives the document as it was stored last.</summary>
    public async Task<(MachineDocument Machine, MachineNic Nic)> EnsurePortAsync(
        MachineDocument machine, OperationContext context, CancellationToken cancellationToken)
    {
        var fabric = await providers.GetAsync<INetworkBackend>(machine.Fabric, cancellationToken).ConfigureAwait(false);
        var network = new NetworkDefinition
        {
            Ownership = await OwnAsync(machine, machine.NetworkId, cancellationToken).ConfigureAwait(false),
            Name = machine.Fabric,
        };
        await retry.RunAsync(token => fabric.EnsureNetworkAsync(new EnsureNetworkRequest { Call = ProviderCallScope.NewCall(), Definition = network }, token), cancellationToken).ConfigureAwait(false);
        var port = new PortDefinition
        {
            Ownership = await OwnAsync(machine, machine.PortId, cancellationToken).ConfigureAwait(false),
            NetworkId = machine.NetworkId,
            MacAddress = machine.MacAddress,
            Forwards = machine.Forwards.Count > 0 ? machine.Forwards : machine.Spec.Forwards,
        };
        var made = await retry.RunAsync(token => fabric.EnsurePortAsync(new EnsurePortRequest { Call = ProviderCallScope.NewCall(), Definition = port }, token), cancellationToken).ConfigureAwait(false);

        // The chosen host ports are stored before the definition names them: a resumed creation must ask for the same.
        if (!made.Forwards.SequenceEqual(machine.Forwards))
            machine = await SaveAsync(machine, current => current with { Forwards = made.Forwards }, context, cancellationToken).ConfigureAwait(false);
        var bound = await retry.RunAsync(
            token => fabric.BindPortAsync(
                new BindPortRequest { Call = ProviderCallScope.NewCall(), PortId = machine.PortId, MachineId = machine.Id, Node = machine.NodeId }, token),
            cancellationToken).ConfigureAwait(false);
        return (machine, new MachineNic { PortId = machine.PortId, MacAddress = machine.MacAddress, Attachment = bound.Attachment });
    }

    /// <summary>Defines the machine, off. Gives the document as it was stored last.</summary>
    public async Task<MachineDocument> DefineAsync(
        MachineDocument machine, DiskAttachment disk, MachineNic nic, OperationContext context, CancellationToken cancellationToken)
    {
        var definition = await AssembleAsync(machine, disk, nic, cancellationToken).ConfigureAwait(false);
        var hypervisor = await providers.GetAsync<IHypervisor>(machine.Hypervisor, cancellationToken).ConfigureAwait(false);
        var observation = await retry.RunAsync(token => hypervisor.EnsureDefinedAsync(new DefineMachineRequest { Call = ProviderCallScope.NewCall(), Definition = definition }, token), cancellationToken).ConfigureAwait(false);
        return await SaveAsync(
            machine, current => current with { MachineType = observation.MachineType, Accelerator = observation.Accelerator }, context, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Starts the machine with what its disk and port are reached by now.</summary>
    public async Task StartAsync(MachineDocument machine, DiskAttachment disk, MachineNic nic, CancellationToken cancellationToken)
    {
        var definition = await AssembleAsync(machine, disk, nic, cancellationToken).ConfigureAwait(false);
        var hypervisor = await providers.GetAsync<IHypervisor>(machine.Hypervisor, cancellationToken).ConfigureAwait(false);
        await retry.RunAsync(token => hypervisor.StartAsync(new StartMachineRequest { Call = ProviderCallScope.NewCall(), Definition = definition }, token), cancellationToken).ConfigureAwait(false);
    }

    private async Task<MachineDefinition> AssembleAsync(MachineDocument machine, DiskAttachment disk, MachineNic nic, CancellationToken cancellationToken) => new()
    {
        Ownership = await OwnAsync(machine, machine.Id, cancellationToken).ConfigureAwait(false),
        DisplayName = machine.Name,
        MemoryBytes = machine.Spec.MemoryBytes,
        CpuCount = machine.Spec.CpuCount,
        Disks = [new MachineDisk { VolumeId = machine.VolumeId, Attachment = disk }],
        Nics = [nic],
        Seed = await seeds.BuildAsync(machine, cancellationToken).ConfigureAwait(false),
        Record = machine.ToKeepWithTheMachine(),
        MachineType = machine.MachineType,
    };

    private Task<MachineDocument> SaveAsync(
        MachineDocument machine, Func<MachineDocument, MachineDocument> change, OperationContext context, CancellationToken cancellationToken) =>
        machines.UpdateAsync(machine.Id, change, context.Fence, cancellationToken);

    private async ValueTask<Ownership> OwnAsync(MachineDocument machine, Guid resourceId, CancellationToken cancellationToken) => new()
    {
        InstallationId = await installation.GetIdAsync(cancellationToken).ConfigureAwait(false),
        ResourceId = resourceId,
        Project = machine.Project,
    };
}
