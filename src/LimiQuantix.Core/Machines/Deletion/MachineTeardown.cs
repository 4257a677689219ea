using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Storage;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Machines.Deletion;

/// <summary>
/// The undo of each thing that a machine is made of, by its stored id. Each succeeds when there is nothing, so that a deletion and the
/// undo of a half-made creation are the same code.
/// </summary>
internal sealed class MachineTeardown(ProviderInstances providers, ResourceTable<VolumeDocument> volumes, EngineRetry retry)
{
    public Task DeleteDomainAsync(MachineDocument machine, CancellationToken cancellationToken) =>
        DeleteDomainAsync(machine.Hypervisor, machine.NodeId, machine.Id, cancellationToken);

    public Task DeleteDomainAsync(string instance, NodeId node, Guid machineId, CancellationToken cancellationToken) => retry.RunAsync(
        async token =>
        {
            var hypervisor = await providers.GetAsync<IHypervisor>(instance, node, token).ConfigureAwait(false);
            await hypervisor.DeleteAsync(new DeleteMachineRequest { Call = ProviderCallScope.NewCall(), MachineId = machineId }, token).ConfigureAwait(false);
        },
        cancellationToken);

    public Task CutPowerAsync(string instance, NodeId node, Guid machineId, CancellationToken cancellationToken) => retry.RunAsync(
        async token =>
        {
            var hypervisor = await providers.GetAsync<IHypervisor>(instance, node, token).ConfigureAwait(false);
            try
            {
                await hypervisor.StopAsync(new StopMachineRequest { Call = ProviderCallScope.NewCall(), MachineId = machineId, Mode = StopMode.Force }, token).ConfigureAwait(false);
            }
            catch (LimiQuantixException exception) when (exception.Code == ErrorCodes.NotFound)
            {
                // What is not defined is off.
            }
        },
        cancellationToken);

    public async Task DeletePortsAsync(MachineDocument machine, IEnumerable<MachineNicRecord> nics, CancellationToken cancellationToken)
    {
        foreach (var nic in nics)
        {
            await retry.RunAsync(
                async token =>
                {
                    var part = await providers.GetPartAsync<INetworkBackend>(nic.Fabric, machine.NodeId, token).ConfigureAwait(false);
                    await part.UnbindPortAsync(new UnbindPortRequest { Call = ProviderCallScope.NewCall(), PortId = nic.PortId, Node = machine.NodeId }, token).ConfigureAwait(false);
                    var fabric = await providers.GetWholeAsync<INetworkBackend>(nic.Fabric, machine.NodeId, token).ConfigureAwait(false);
                    await fabric.DeletePortAsync(new DeletePortRequest { Call = ProviderCallScope.NewCall(), PortId = nic.PortId }, token).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Detaches disks' volumes from the machine's node, and deletes those that do not stay.</summary>
    public async Task DeleteVolumesAsync(
        MachineDocument machine, IEnumerable<MachineDiskRecord> disks, Func<MachineDiskRecord, bool> stays, CancellationToken cancellationToken)
    {
        foreach (var disk in disks)
        {
            if (disk.VolumeId is not { } volumeId) continue;
            await retry.RunAsync(
                async token =>
                {
                    var part = await providers.GetPartAsync<IStorageBackend>(disk.Pool, machine.NodeId, token).ConfigureAwait(false);
                    var call = await volumes.NewCallAsync(volumeId, token).ConfigureAwait(false);
                    var detach = new DetachVolumeRequest
                    {
                        Call = call, AttachmentId = machine.AttachmentIdOf(volumeId), VolumeId = volumeId, Node = machine.NodeId,
                    };
                    await part.DetachAsync(detach, token).ConfigureAwait(false);
                    if (stays(disk)) return;
                    var pool = await providers.GetWholeAsync<IStorageBackend>(disk.Pool, machine.NodeId, token).ConfigureAwait(false);
                    await pool.DeleteVolumeAsync(new DeleteVolumeRequest { Call = call, VolumeId = volumeId }, token).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
        }
    }
}
