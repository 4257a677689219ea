using LimiQuantix.Plugins;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Hypervisor.Libvirt;

internal static partial class HypervisorLog
{
    /// <summary>The plugin's one logger.</summary>
    public static ILogger For(ProviderContext context) => context.LoggerFactory.CreateLogger("LimiQuantix.Hypervisor.Libvirt");

    [LoggerMessage(1, LogLevel.Debug, "Connected to libvirt at {Uri}")]
    public static partial void Connected(ILogger logger, string uri);

    [LoggerMessage(2, LogLevel.Information, "Machines are executed by {Accelerator}: {Reason}")]
    public static partial void AcceleratorChosen(ILogger logger, string accelerator, string reason);

    [LoggerMessage(3, LogLevel.Information, "Machine {MachineId} is defined as {MachineType} under {Accelerator}")]
    public static partial void Defined(ILogger logger, Guid machineId, string? machineType, string? accelerator);

    [LoggerMessage(4, LogLevel.Information, "Machine {MachineId} was started")]
    public static partial void Started(ILogger logger, Guid machineId);

    [LoggerMessage(5, LogLevel.Information, "Machine {MachineId} was asked to stop ({Mode})")]
    public static partial void Stopping(ILogger logger, Guid machineId, Machines.StopMode mode);

    [LoggerMessage(6, LogLevel.Information, "Machine {MachineId} was deleted")]
    public static partial void Deleted(ILogger logger, Guid machineId);

    [LoggerMessage(7, LogLevel.Warning, "Machine {MachineId} could not be defined: {Reason}")]
    public static partial void DefineFailed(ILogger logger, Guid machineId, string reason);

    [LoggerMessage(8, LogLevel.Information, "Machine {MachineId} got the attachments that it is started with")]
    public static partial void Reattached(ILogger logger, Guid machineId);

    [LoggerMessage(9, LogLevel.Warning, "libvirt at {Uri} does not answer: {Reason}")]
    public static partial void Disconnected(ILogger logger, string uri, string reason);

    [LoggerMessage(10, LogLevel.Debug, "The guest agent of machine {MachineId} does not answer: {Reason}")]
    public static partial void AgentSilent(ILogger logger, Guid machineId, string reason);

    [LoggerMessage(12, LogLevel.Information, "Machine {MachineId} was paused")]
    public static partial void Paused(ILogger logger, Guid machineId);

    [LoggerMessage(13, LogLevel.Information, "Machine {MachineId} goes on")]
    public static partial void Resumed(ILogger logger, Guid machineId);

    [LoggerMessage(14, LogLevel.Information, "Machine {MachineId} was reset")]
    public static partial void Reset(ILogger logger, Guid machineId);

    [LoggerMessage(15, LogLevel.Information, "Machine {MachineId} was defined again: its definition had been removed")]
    public static partial void DefinedAgain(ILogger logger, Guid machineId);

    [LoggerMessage(11, LogLevel.Debug, "The accelerator's verdict could not be kept: {Reason}")]
    public static partial void VerdictNotKept(ILogger logger, string reason);
}
