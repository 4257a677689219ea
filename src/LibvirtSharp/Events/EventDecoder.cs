using LibvirtSharp.Protocol;

namespace LibvirtSharp.Events;

/// <summary>From the wire's messages about domains to events; the others are <see cref="ResourceEventDecoder"/>'s.</summary>
internal static class EventDecoder
{
    /// <returns>Null for a message of the old kind without callback numbers, which this client never asks for.</returns>
    public static EventRoute? RouteOf(object message) => message switch
    {
        DomainEventCallbackLifecycleMsg m => Domain(m.CallbackID),
        DomainEventCallbackRebootMsg m => Domain(m.CallbackID),
        DomainEventCallbackRtcChangeMsg m => Domain(m.CallbackID),
        DomainEventCallbackWatchdogMsg m => Domain(m.CallbackID),
        DomainEventCallbackIOErrorMsg m => Domain(m.CallbackID),
        DomainEventCallbackGraphicsMsg m => Domain(m.CallbackID),
        DomainEventCallbackIOErrorReasonMsg m => Domain(m.CallbackID),
        DomainEventCallbackControlErrorMsg m => Domain(m.CallbackID),
        DomainEventCallbackBlockJobMsg m => Domain(m.CallbackID),
        DomainEventCallbackDiskChangeMsg m => Domain(m.CallbackID),
        DomainEventCallbackTrayChangeMsg m => Domain(m.CallbackID),
        DomainEventCallbackPMWakeupMsg m => Domain(m.CallbackID),
        DomainEventCallbackPMSuspendMsg m => Domain(m.CallbackID),
        DomainEventCallbackBalloonChangeMsg m => Domain(m.CallbackID),
        DomainEventCallbackPMSuspendDiskMsg m => Domain(m.CallbackID),
        DomainEventCallbackDeviceRemovedMsg m => Domain(m.CallbackID),
        DomainEventBlockJob2Msg m => Domain(m.CallbackID),
        DomainEventCallbackTunableMsg m => Domain(m.CallbackID),
        DomainEventCallbackAgentLifecycleMsg m => Domain(m.CallbackID),
        DomainEventCallbackDeviceAddedMsg m => Domain(m.CallbackID),
        DomainEventCallbackMigrationIterationMsg m => Domain(m.CallbackID),
        DomainEventCallbackJobCompletedMsg m => Domain(m.CallbackID),
        DomainEventCallbackDeviceRemovalFailedMsg m => Domain(m.CallbackID),
        DomainEventCallbackMetadataChangeMsg m => Domain(m.CallbackID),
        DomainEventBlockThresholdMsg m => Domain(m.CallbackID),
        DomainEventMemoryFailureMsg m => Domain(m.CallbackID),
        DomainEventMemoryDeviceSizeChangeMsg m => Domain(m.CallbackID),
        _ => ResourceEventDecoder.RouteOf(message),
    };

    public static LibvirtEvent? Decode(object message, LibvirtConnection c) => message switch
    {
        DomainEventCallbackLifecycleMsg m => new DomainLifecycleEvent
        {
            Domain = new(c, m.Msg.Dom), Type = (DomainEventType)m.Msg.Event, Detail = m.Msg.Detail,
        },
        DomainEventCallbackRebootMsg m => new DomainRebootEvent { Domain = new(c, m.Msg.Dom) },
        DomainEventCallbackRtcChangeMsg m => new DomainRtcChangeEvent { Domain = new(c, m.Msg.Dom), Offset = Seconds(m.Msg.Offset) },
        DomainEventCallbackWatchdogMsg m => new DomainWatchdogEvent { Domain = new(c, m.Msg.Dom), Action = (DomainEventWatchdogAction)m.Msg.Action },
        DomainEventCallbackIOErrorMsg m => new DomainIOErrorEvent
        {
            Domain = new(c, m.Msg.Dom), SourcePath = m.Msg.SrcPath, DeviceAlias = m.Msg.DevAlias, Action = (DomainEventIOErrorAction)m.Msg.Action, CauseName = null,
        },
        DomainEventCallbackIOErrorReasonMsg m => new DomainIOErrorEvent
        {
            Domain = new(c, m.Msg.Dom), SourcePath = m.Msg.SrcPath, DeviceAlias = m.Msg.DevAlias, Action = (DomainEventIOErrorAction)m.Msg.Action, CauseName = m.Msg.Reason,
        },
        DomainEventCallbackGraphicsMsg m => new DomainGraphicsEvent
        {
            Domain = new(c, m.Msg.Dom), Phase = (DomainEventGraphicsPhase)m.Msg.Phase, Local = Address(m.Msg.Local), Remote = Address(m.Msg.Remote),
            AuthenticationScheme = m.Msg.AuthScheme, Subject = Array.ConvertAll(m.Msg.Subject, name => new GraphicsIdentity(name.Type, name.Name)),
        },
        DomainEventCallbackControlErrorMsg m => new DomainControlErrorEvent { Domain = new(c, m.Msg.Dom) },
        DomainEventCallbackBlockJobMsg m => new DomainBlockJobEvent
        {
            Domain = new(c, m.Msg.Dom), Disk = m.Msg.Path, Type = (DomainBlockJobType)m.Msg.Type, Status = (ConnectDomainEventBlockJobStatus)m.Msg.Status,
        },
        DomainEventBlockJob2Msg m => new DomainBlockJobEvent
        {
            Domain = new(c, m.Dom), Disk = m.Dst, Type = (DomainBlockJobType)m.Type, Status = (ConnectDomainEventBlockJobStatus)m.Status,
        },
        DomainEventCallbackDiskChangeMsg m => new DomainDiskChangeEvent
        {
            Domain = new(c, m.Msg.Dom), OldSourcePath = m.Msg.OldSrcPath, NewSourcePath = m.Msg.NewSrcPath, DeviceAlias = m.Msg.DevAlias,
            Reason = (ConnectDomainEventDiskChangeReason)m.Msg.Reason,
        },
        DomainEventCallbackTrayChangeMsg m => new DomainTrayChangeEvent
        {
            Domain = new(c, m.Msg.Dom), DeviceAlias = m.Msg.DevAlias, Reason = (DomainEventTrayChangeReason)m.Msg.Reason,
        },
        DomainEventCallbackPMWakeupMsg m => new DomainPowerManagementEvent { Domain = new(c, m.Msg.Dom), Kind = LibvirtEventKind.DomainWakeUp, Reason = m.Reason },
        DomainEventCallbackPMSuspendMsg m => new DomainPowerManagementEvent { Domain = new(c, m.Msg.Dom), Kind = LibvirtEventKind.DomainSuspend, Reason = m.Reason },
        DomainEventCallbackPMSuspendDiskMsg m => new DomainPowerManagementEvent
        {
            Domain = new(c, m.Msg.Dom), Kind = LibvirtEventKind.DomainSuspendDisk, Reason = m.Reason,
        },
        DomainEventCallbackBalloonChangeMsg m => new DomainBalloonChangeEvent { Domain = new(c, m.Msg.Dom), ActualBytes = SizeUnits.FromKibibytes(m.Msg.Actual) },
        DomainEventCallbackDeviceRemovedMsg m => new DomainDeviceRemovedEvent { Domain = new(c, m.Msg.Dom), DeviceAlias = m.Msg.DevAlias },
        DomainEventCallbackDeviceAddedMsg m => new DomainDeviceAddedEvent { Domain = new(c, m.Dom), DeviceAlias = m.DevAlias },
        DomainEventCallbackDeviceRemovalFailedMsg m => new DomainDeviceRemovalFailedEvent { Domain = new(c, m.Dom), DeviceAlias = m.DevAlias },
        DomainEventCallbackTunableMsg m => new DomainTunableEvent { Domain = new(c, m.Dom), Parameters = TypedParameter.FromWire(m.Params) },
        DomainEventCallbackAgentLifecycleMsg m => new DomainAgentLifecycleEvent
        {
            Domain = new(c, m.Dom), State = (ConnectDomainEventAgentLifecycleState)m.State, Reason = (ConnectDomainEventAgentLifecycleReason)m.Reason,
        },
        DomainEventCallbackMigrationIterationMsg m => new DomainMigrationIterationEvent { Domain = new(c, m.Dom), Iteration = m.Iteration },
        DomainEventCallbackJobCompletedMsg m => new DomainJobCompletedEvent { Domain = new(c, m.Dom), Statistics = TypedParameter.FromWire(m.Params) },
        DomainEventCallbackMetadataChangeMsg m => new DomainMetadataChangeEvent { Domain = new(c, m.Dom), Type = (DomainMetadataType)m.Type, NamespaceUri = m.Nsuri },
        DomainEventBlockThresholdMsg m => new DomainBlockThresholdEvent
        {
            Domain = new(c, m.Dom), Device = m.Dev, Path = m.Path, ThresholdBytes = WireNumber.From(m.Threshold), ExcessBytes = WireNumber.From(m.Excess),
        },
        DomainEventMemoryFailureMsg m => new DomainMemoryFailureEvent
        {
            Domain = new(c, m.Dom), Recipient = (DomainMemoryFailureRecipientType)m.Recipient, Action = (DomainMemoryFailureActionType)m.Action,
            Flags = (DomainMemoryFailureFlags)m.Flags,
        },
        DomainEventMemoryDeviceSizeChangeMsg m => new DomainMemoryDeviceSizeChangeEvent { Domain = new(c, m.Dom), DeviceAlias = m.Alias, SizeBytes = SizeUnits.FromKibibytes(m.Size) },
        _ => ResourceEventDecoder.Decode(message, c),
    };

    private static EventRoute Domain(int callbackId) => new(EventFamily.Domain, callbackId);

    private static GraphicsAddress Address(DomainEventGraphicsAddress address) =>
        new((DomainEventGraphicsAddressType)address.Family, address.Node, address.Service);

    /// <summary>A guest sets what it likes; what no TimeSpan holds becomes the nearest one.</summary>
    private static TimeSpan Seconds(long seconds) =>
        TimeSpan.FromSeconds(Math.Clamp(seconds, (long)TimeSpan.MinValue.TotalSeconds, (long)TimeSpan.MaxValue.TotalSeconds));
}
