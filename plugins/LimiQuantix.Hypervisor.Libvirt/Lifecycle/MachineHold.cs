using LibvirtSharp;
using LimiQuantix.Hypervisor.Libvirt.Connections;
using LimiQuantix.Hypervisor.Libvirt.Files;
using LimiQuantix.Hypervisor.Libvirt.Observations;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Hypervisor.Libvirt.Lifecycle;

/// <summary>Pauses machines, lets them go on, and resets them.</summary>
internal sealed class MachineHold(ProviderContext context, LibvirtLink link, MachineDirectory directory)
{
    private readonly ILogger _logger = HypervisorLog.For(context);

    public async Task PauseAsync(Guid machineId, CancellationToken cancellationToken)
    {
        (OwnedDomain owned, PowerState power) = await GetOnAsync(machineId, cancellationToken).ConfigureAwait(false);
        if (power == PowerState.Paused)
            return;
        await CallAsync(owned, () => owned.Domain.SuspendAsync(cancellationToken), PowerState.Paused, cancellationToken).ConfigureAwait(false);
        HypervisorLog.Paused(_logger, machineId);
    }

    public async Task ResumeAsync(Guid machineId, CancellationToken cancellationToken)
    {
        (OwnedDomain owned, PowerState power) = await GetOnAsync(machineId, cancellationToken).ConfigureAwait(false);
        if (power == PowerState.Running)
            return;
        await CallAsync(owned, () => owned.Domain.ResumeAsync(cancellationToken), PowerState.Running, cancellationToken).ConfigureAwait(false);
        HypervisorLog.Resumed(_logger, machineId);
    }

    /// <summary>Resets a machine, unless the operation has done so. The caller lets only one in at a time.</summary>
    public async Task ResetAsync(Guid machineId, Guid? operationId, CancellationToken cancellationToken)
    {
        (OwnedDomain owned, PowerState power) = await GetOnAsync(machineId, cancellationToken).ConfigureAwait(false);
        var files = new MachineFiles(context, machineId);
        string? operation = operationId?.ToString("D");
        if (operation is not null && files.LastReset == operation)
            return;
        await CallAsync(owned, () => owned.Domain.ResetAsync(cancellationToken), null, cancellationToken).ConfigureAwait(false);
        if (operation is not null)
            files.LastReset = operation;
        // A reset alone leaves a held machine held, at its first instruction.
        if (power == PowerState.Paused)
            await CallAsync(owned, () => owned.Domain.ResumeAsync(cancellationToken), PowerState.Running, cancellationToken).ConfigureAwait(false);
        HypervisorLog.Reset(_logger, machineId);
    }

    private async Task<(OwnedDomain Owned, PowerState Power)> GetOnAsync(Guid machineId, CancellationToken cancellationToken)
    {
        OwnedDomain owned = await directory.GetAsync(machineId, cancellationToken).ConfigureAwait(false);
        PowerState power = await directory.GetPowerAsync(owned.Domain, cancellationToken).ConfigureAwait(false);
        return power is PowerState.Stopped or PowerState.Crashed or PowerState.Absent
            ? throw new LimiQuantixException(ErrorCodes.FailedPrecondition, "The machine is off.", "Start it.", machineId.ToString("D"))
            : (owned, power);
    }

    private async Task CallAsync(OwnedDomain owned, Func<Task> call, PowerState? wanted, CancellationToken cancellationToken)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (LibvirtException error)
        {
            // Somebody else may have done it meanwhile.
            if (wanted is null || error.Code != LibvirtErrorCode.OperationInvalid
                || await directory.GetPowerAsync(owned.Domain, cancellationToken).ConfigureAwait(false) != wanted)
                throw LibvirtErrors.Map(error, link.Uri, owned.Domain.Uuid);
        }
    }
}
