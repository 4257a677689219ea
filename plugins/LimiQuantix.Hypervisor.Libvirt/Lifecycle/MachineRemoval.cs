using LibvirtSharp;
using LimiQuantix.Hypervisor.Libvirt.Connections;
using LimiQuantix.Hypervisor.Libvirt.Files;
using LimiQuantix.Hypervisor.Libvirt.Observations;
using LimiQuantix.Plugins;

namespace LimiQuantix.Hypervisor.Libvirt.Lifecycle;

/// <summary>Removes a machine with everything that we made for it. A domain that is not ours stays, whatever its id.</summary>
internal sealed class MachineRemoval(ProviderContext context, LibvirtLink link, MachineDirectory directory, CephSecrets secrets)
{
    private const DomainUndefineFlags Everything =
        DomainUndefineFlags.ManagedSave | DomainUndefineFlags.SnapshotsMetadata | DomainUndefineFlags.CheckpointsMetadata | DomainUndefineFlags.Nvram;

    public async Task RemoveAsync(Guid machineId, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(machineId, cancellationToken).ConfigureAwait(false) is { } owned)
        {
            await link.CallSlowlyAsync(
                async connection =>
                {
                    Domain domain = owned.Domain.WithTimeout(connection.CallTimeout);
                    await UnlessGoneAsync(domain.DestroyAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
                    await UnlessGoneAsync(domain.UndefineAsync(Everything, cancellationToken)).ConfigureAwait(false);
                    return true;
                },
                machineId,
                cancellationToken).ConfigureAwait(false);
            await secrets.DeleteAsync(CephSecrets.Of(owned.Definition), cancellationToken).ConfigureAwait(false);
        }

        try
        {
            new MachineFiles(context, machineId).Delete();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LimiQuantixException(
                ErrorCodes.PermissionDenied,
                $"The machine's files could not be removed: {error.Message}",
                target: machineId.ToString("D"),
                innerException: error);
        }
    }

    /// <summary>Off already, or gone already: what is wanted.</summary>
    private static async Task UnlessGoneAsync(Task call)
    {
        try
        {
            await call.ConfigureAwait(false);
        }
        catch (LibvirtException error) when (error.Code is LibvirtErrorCode.NoDomain or LibvirtErrorCode.OperationInvalid)
        {
            // A transient domain that was destroyed cannot be undefined any more, and one that is off cannot be destroyed.
        }
    }
}
