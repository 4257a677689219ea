using LibvirtSharp;
using LimiQuantix.Machines;

namespace LimiQuantix.Hypervisor.Libvirt.Observations;

/// <summary>libvirt's states and events in the contract's words.</summary>
internal static class DomainStates
{
    public static PowerState Power(DomainStatus status) => status.State switch
    {
        DomainState.Running or DomainState.Blocked => PowerState.Running,
        // Stopped before its memory was handed over, or after an error: held all the same.
        DomainState.Paused or DomainState.PMSuspended => PowerState.Paused,
        DomainState.Shutdown => PowerState.Stopping,
        DomainState.Shutoff when (DomainShutoffReason)status.Reason is DomainShutoffReason.Crashed or DomainShutoffReason.Failed => PowerState.Crashed,
        DomainState.Shutoff => PowerState.Stopped,
        DomainState.Crashed => PowerState.Crashed,
        _ => PowerState.Unknown,
    };

    /// <summary>Why a domain is held; <see cref="PauseCause.Unknown"/> when it is not. Which disk has no room, only its disks say.</summary>
    public static PauseCause Cause(DomainStatus status) => status.State switch
    {
        DomainState.PMSuspended => PauseCause.Sleep,
        DomainState.Paused => (DomainPausedReason)status.Reason switch
        {
            DomainPausedReason.User => PauseCause.Asked,
            DomainPausedReason.IOError => PauseCause.DiskError,
            DomainPausedReason.Watchdog => PauseCause.Watchdog,
            DomainPausedReason.Crashed => PauseCause.GuestCrash,
            DomainPausedReason.Unknown => PauseCause.Unknown,
            _ => PauseCause.Maintenance,
        },
        _ => PauseCause.Unknown,
    };

    /// <summary>Whether a domain may be the side of a migration that the memory comes to: held since it began.</summary>
    public static bool MayBeIncoming(DomainStatus status) => status.State == DomainState.Paused
        && (DomainPausedReason)status.Reason is DomainPausedReason.Migration or DomainPausedReason.StartingUp or DomainPausedReason.PostCopy;

    public static string? Reason(DomainStatus status) => status.TypedReason is { } reason && Convert.ToInt32(reason, null) != 0
        ? reason.ToString().ToLowerInvariant()
        : null;

    /// <summary>What a lifecycle event says by itself; <see langword="null"/> when the state has to be asked for.</summary>
    public static PowerState? Power(DomainLifecycleEvent lifecycle) => lifecycle.Type switch
    {
        DomainEventType.Started or DomainEventType.Resumed => PowerState.Running,
        DomainEventType.Suspended or DomainEventType.PMSuspended => PowerState.Paused,
        DomainEventType.Shutdown => PowerState.Stopping,
        DomainEventType.Crashed => PowerState.Crashed,
        _ => null,
    };

    public static string Reason(DomainLifecycleEvent lifecycle)
    {
        Enum? detail = lifecycle.Type switch
        {
            DomainEventType.Defined => (DomainEventDefinedDetail)lifecycle.Detail,
            DomainEventType.Undefined => (DomainEventUndefinedDetail)lifecycle.Detail,
            DomainEventType.Started => (DomainEventStartedDetail)lifecycle.Detail,
            DomainEventType.Suspended => (DomainEventSuspendedDetail)lifecycle.Detail,
            DomainEventType.Resumed => (DomainEventResumedDetail)lifecycle.Detail,
            DomainEventType.Stopped => (DomainEventStoppedDetail)lifecycle.Detail,
            DomainEventType.Shutdown => (DomainEventShutdownDetail)lifecycle.Detail,
            DomainEventType.Crashed => (DomainEventCrashedDetail)lifecycle.Detail,
            _ => null,
        };
        string type = lifecycle.Type.ToString().ToLowerInvariant();
        return detail is null ? type : $"{type}: {detail.ToString().ToLowerInvariant()}";
    }
}
