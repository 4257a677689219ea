using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Storage;
using LimiQuantix.Core.Storage.Bases;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Nodes;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Machines.Creation;

/// <summary>
/// Makes what a machine is made of: bases, volumes, ports, seed, definition. Every call is an ensure of ids that were stored before, so that
/// a resumed operation makes all of them again.
/// </summary>
internal sealed class MachineProvisioning(
    ProviderInstances providers,
    ResourceTable<MachineDocument> machines,
    ResourceTable<VolumeDocument> volumes,
    VolumeLocks locks,
    Installation installation,
    BasePublisher bases,
    SeedWriter seeds,
    MachinePorts ports,
    EngineRetry retry)
{
    private const int MaxStarts = 4;

    /// <summary>Puts the images' bytes into the pools of the disks that begin as them, unless they are there.</summary>
    public async Task PublishBasesAsync(MachineDocument machine, IEnumerable<MachineDiskRecord> disks, OperationContext context, CancellationToken cancellationToken)
    {
        foreach (var (poolName, digest) in disks.Where(IsMade).Select(disk => (disk.Pool, disk.BaseDigest)).Distinct())
        {
            if (digest is null) continue;
            var pool = await providers.GetWholeAsync<IStorageBackend>(poolName, machine.NodeId, cancellationToken).ConfigureAwait(false);
            // Each part of a divided pool has bases of its own.
            NodeId? part = providers.IsDivided<IStorageBackend>(poolName) ? machine.NodeId : null;
            await bases.PublishAsync(ImageDigest.Parse(digest), poolName, part, pool, context, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes the disks' volumes, and those that were there as large as they are wanted.</summary>
    public async Task EnsureVolumesAsync(MachineDocument machine, IEnumerable<MachineDiskRecord> disks, OperationContext context, CancellationToken cancellationToken)
    {
        disks = [.. disks];
        foreach (var disk in disks.Where(disk => disk is { IsAdopted: true, VolumeId: not null }))
        {
            if (await volumes.FindAsync(disk.VolumeId!.Value, cancellationToken).ConfigureAwait(false) is not { } volume || volume.Value.Spec.SizeBytes >= disk.SizeBytes) continue;
            await GrowVolumeAsync(machine, disk, context, cancellationToken).ConfigureAwait(false);
            await volumes.UpdateAsync(
                volume.Value.Id, current => current with { Spec = current.Spec with { SizeBytes = disk.SizeBytes } }, context.Fence, cancellationToken).ConfigureAwait(false);
        }

        foreach (var disk in disks.Where(IsMade))
        {
            var pool = await providers.GetWholeAsync<IStorageBackend>(disk.Pool, machine.NodeId, cancellationToken).ConfigureAwait(false);
            var call = await volumes.NewCallAsync(disk.VolumeId!.Value, cancellationToken).ConfigureAwait(false);
            var definition = new VolumeDefinition
            {
                Ownership = await OwnAsync(machine, disk.VolumeId!.Value, cancellationToken).ConfigureAwait(false),
                SizeBytes = disk.SizeBytes,
                Source = disk.BaseDigest is null ? new BlankVolumeSource() : new BaseVolumeSource { Digest = ImageDigest.Parse(disk.BaseDigest) },
            };
            try
            {
                await retry.RunAsync(token => pool.EnsureVolumeAsync(new EnsureVolumeRequest { Call = call, Definition = definition }, token), cancellationToken).ConfigureAwait(false);
            }
            catch (LimiQuantixException error) when (error.Code == ErrorCodes.NotFound && definition.Source is BaseVolumeSource)
            {
                // A pool holds an unused base for a while only: what went in the meantime is written once more.
                await PublishBasesAsync(machine, [disk], context, cancellationToken).ConfigureAwait(false);
                await retry.RunAsync(token => pool.EnsureVolumeAsync(new EnsureVolumeRequest { Call = call, Definition = definition }, token), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Makes a volume that no running machine has as large as a disk is wanted.</summary>
    public async Task GrowVolumeAsync(MachineDocument machine, MachineDiskRecord disk, OperationContext context, CancellationToken cancellationToken)
    {
        var volumeId = disk.VolumeId!.Value;
        await locks.HoldAsync(context, new VolumeLockRequest { Verb = VolumeVerbs.Grow, VolumeIds = [volumeId] }, cancellationToken).ConfigureAwait(false);
        var pool = await providers.GetWholeAsync<IStorageBackend>(disk.Pool, machine.NodeId, cancellationToken).ConfigureAwait(false);
        var growth = pool.GetCapability<ISupportsGrowth>() ?? throw new LimiQuantixException(
            ErrorCodes.FailedPrecondition, $"The pool '{disk.Pool}' does not let volumes grow.", "Leave the disk's size as it is, or add another disk.", volumeId.ToString());
        var call = await volumes.NewCallAsync(volumeId, cancellationToken).ConfigureAwait(false);
        await retry.RunAsync(
            token => growth.GrowVolumeAsync(new GrowVolumeRequest { Call = call, VolumeId = volumeId, SizeBytes = disk.SizeBytes }, token),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the disks reachable on the machine's node, again after the node's restart.</summary>
    public async Task<IReadOnlyList<MachineDisk>> AttachAsync(MachineDocument machine, CancellationToken cancellationToken)
    {
        List<MachineDisk> attached = [];
        foreach (var (index, disk) in machine.Disks.Index())
        {
            var spec = machine.Spec.Disks.First(wanted => wanted.Name == disk.Name);
            var isCd = spec.Source is IsoDiskSource;
            DiskAttachment? attachment = null;
            if (disk.VolumeId is { } volumeId)
            {
                var pool = await providers.GetPartAsync<IStorageBackend>(disk.Pool, machine.NodeId, cancellationToken).ConfigureAwait(false);
                var call = await volumes.NewCallAsync(volumeId, cancellationToken).ConfigureAwait(false);
                var reached = await retry.RunAsync(
                    token => pool.AttachAsync(
                        new AttachVolumeRequest
                        {
                            Call = call,
                            AttachmentId = machine.AttachmentIdOf(volumeId),
                            VolumeId = volumeId,
                            MachineId = machine.Id,
                            Node = machine.NodeId,
                            Access = isCd ? VolumeAccess.ReadOnly : VolumeAccess.ReadWrite,
                        },
                        token),
                    cancellationToken).ConfigureAwait(false);
                // A key that the pool names is among the pool's secrets, whoever reads it.
                attachment = reached.Attachment is RbdDisk { Key: { } key } rbd
                    ? rbd with { Key = key with { Owner = SecretOwner.OfInstance(disk.Pool) } } : reached.Attachment;
            }

            attached.Add(new MachineDisk
            {
                Id = disk.Id,
                VolumeId = disk.VolumeId,
                Attachment = attachment,
                Kind = isCd ? DiskKind.Cd : DiskKind.Disk,
                Bus = spec.Bus ?? (isCd ? DiskBus.Sata : DiskBus.Virtio),
                BootOrder = HasBootOrders(machine.Spec) ? spec.BootOrder : index == 0 ? 1 : null,
            });
        }

        return attached;
    }

    /// <summary>Makes the ports and binds them to the machine's node. Gives the document as it was stored last.</summary>
    public Task<(MachineDocument Machine, IReadOnlyList<MachineNic> Nics)> EnsurePortsAsync(
        MachineDocument machine, OperationContext context, CancellationToken cancellationToken) => ports.EnsureAsync(machine, false, context, cancellationToken);

    /// <summary>Defines the machine, off. Gives the document as it was stored last.</summary>
    public async Task<MachineDocument> DefineAsync(
        MachineDocument machine, IReadOnlyList<MachineDisk> disks, IReadOnlyList<MachineNic> nics, OperationContext context, CancellationToken cancellationToken)
    {
        var definition = await AssembleAsync(machine, disks, nics, cancellationToken).ConfigureAwait(false);
        var hypervisor = await providers.GetAsync<IHypervisor>(machine.Hypervisor, machine.NodeId, cancellationToken).ConfigureAwait(false);
        var observation = await retry.RunAsync(token => hypervisor.EnsureDefinedAsync(new DefineMachineRequest { Call = ProviderCallScope.NewCall(), Definition = definition }, token), cancellationToken).ConfigureAwait(false);
        return await NoteAsync(machine, observation, context, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Defines a machine that is off otherwise; one that somebody undefined is defined again.</summary>
    public async Task UpdateAsync(
        MachineDocument machine, IReadOnlyList<MachineDisk> disks, IReadOnlyList<MachineNic> nics, OperationContext context, CancellationToken cancellationToken)
    {
        var definition = await AssembleAsync(machine, disks, nics, cancellationToken).ConfigureAwait(false);
        var hypervisor = await providers.GetAsync<IHypervisor>(machine.Hypervisor, machine.NodeId, cancellationToken).ConfigureAwait(false);
        var observation = await retry.RunAsync(
            async token =>
            {
                try
                {
                    return await hypervisor.UpdateAsync(new UpdateMachineRequest { Call = ProviderCallScope.NewCall(), Definition = definition }, token).ConfigureAwait(false);
                }
                catch (LimiQuantixException exception) when (exception.Code == ErrorCodes.NotFound)
                {
                    return await hypervisor.EnsureDefinedAsync(new DefineMachineRequest { Call = ProviderCallScope.NewCall(), Definition = definition }, token).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
        await NoteAsync(machine, observation, context, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Changes the discs of drives of a machine that is on.</summary>
    public async Task ChangeMediaAsync(
        MachineDocument machine, IReadOnlyList<MachineDisk> disks, IReadOnlyList<MachineNic> nics, IEnumerable<Guid> drives, CancellationToken cancellationToken)
    {
        var definition = await AssembleAsync(machine, disks, nics, cancellationToken).ConfigureAwait(false);
        var hypervisor = await providers.GetAsync<IHypervisor>(machine.Hypervisor, machine.NodeId, cancellationToken).ConfigureAwait(false);
        var media = hypervisor.GetCapability<ISupportsMediaChange>()
            ?? throw new LimiQuantixException(ErrorCodes.FailedPrecondition, "The hypervisor changes discs with the power off only.", "Stop the machine.", machine.Id.ToString());
        foreach (var drive in drives)
        {
            await retry.RunAsync(
                token => media.ChangeMediaAsync(new ChangeMediaRequest { Call = ProviderCallScope.NewCall(), Definition = definition, DiskId = drive }, token),
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Starts the machine with what its disks and ports are reached by now. One that somebody undefined is defined again; a chosen host port that something else has by
    /// now is chosen anew.
    /// </summary>
    public async Task StartAsync(
        MachineDocument machine, IReadOnlyList<MachineDisk> disks, IReadOnlyList<MachineNic> nics, OperationContext context, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await StartAsync(machine, disks, nics, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (LimiQuantixException exception) when (exception.Code == ErrorCodes.HostPortTaken)
            {
                var had = machine.Forwards.ToList();
                if (attempt < MaxStarts) (machine, nics) = await ports.EnsureAsync(machine, true, context, cancellationToken).ConfigureAwait(false);
                // Nothing of it may be chosen, or nothing was found taken.
                if (attempt == MaxStarts || had.SequenceEqual(machine.Forwards)) throw await ports.ExplainAsync(machine, exception, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task StartAsync(
        MachineDocument machine, IReadOnlyList<MachineDisk> disks, IReadOnlyList<MachineNic> nics, CancellationToken cancellationToken)
    {
        var definition = await AssembleAsync(machine, disks, nics, cancellationToken).ConfigureAwait(false);
        var hypervisor = await providers.GetAsync<IHypervisor>(machine.Hypervisor, machine.NodeId, cancellationToken).ConfigureAwait(false);
        await retry.RunAsync(
            async token =>
            {
                try
                {
                    await hypervisor.StartAsync(new StartMachineRequest { Call = ProviderCallScope.NewCall(), Definition = definition }, token).ConfigureAwait(false);
                }
                catch (LimiQuantixException exception) when (exception.Code == ErrorCodes.NotFound)
                {
                    await hypervisor.EnsureDefinedAsync(new DefineMachineRequest { Call = ProviderCallScope.NewCall(), Definition = definition }, token).ConfigureAwait(false);
                    await hypervisor.StartAsync(new StartMachineRequest { Call = ProviderCallScope.NewCall(), Definition = definition }, token).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static bool IsMade(MachineDiskRecord disk) => disk is { VolumeId: not null, IsAdopted: false };

    private static bool HasBootOrders(MachineSpec spec) =>
        spec.Disks.Any(disk => disk.BootOrder is not null) || spec.Nics?.Any(nic => nic.BootOrder is not null) == true;

    private async Task<MachineDefinition> AssembleAsync(
        MachineDocument machine, IReadOnlyList<MachineDisk> disks, IReadOnlyList<MachineNic> nics, CancellationToken cancellationToken) => new()
    {
        Ownership = await OwnAsync(machine, machine.Id, cancellationToken).ConfigureAwait(false),
        DisplayName = machine.Spec.Name,
        Cpu = machine.Spec.Cpu,
        Memory = machine.Spec.Memory,
        Firmware = machine.Spec.Firmware,
        Disks = disks,
        Nics = nics,
        Graphics = machine.Spec.Graphics ?? [],
        Serials = machine.Spec.Serials ?? [],
        Channels = machine.Spec.Channels ?? [],
        Devices = machine.Spec.Devices,
        Seed = new VolumeSeed { Content = await seeds.BuildAsync(machine, cancellationToken).ConfigureAwait(false) },
        Record = machine.ToKeepWithTheMachine(),
        MachineType = machine.MachineType,
    };

    private async Task<MachineDocument> NoteAsync(
        MachineDocument machine, MachineObservation observation, OperationContext context, CancellationToken cancellationToken)
    {
        await SaveAsync(machine, Noted, context, cancellationToken).ConfigureAwait(false);
        return Noted(machine);

        MachineDocument Noted(MachineDocument current) => current with { MachineType = observation.MachineType, Accelerator = observation.Accelerator };
    }

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
