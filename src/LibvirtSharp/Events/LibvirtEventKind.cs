namespace LibvirtSharp;

/// <summary>What can be subscribed to. The hundreds are the family, the rest libvirt's number in it.</summary>
public enum LibvirtEventKind
{
    /// <summary><see cref="DomainLifecycleEvent"/>.</summary>
    DomainLifecycle = 0,

    /// <summary><see cref="DomainRebootEvent"/>.</summary>
    DomainReboot = 1,

    /// <summary><see cref="DomainRtcChangeEvent"/>.</summary>
    DomainRtcChange = 2,

    /// <summary><see cref="DomainWatchdogEvent"/>.</summary>
    DomainWatchdog = 3,

    /// <summary><see cref="DomainIOErrorEvent"/>.</summary>
    DomainIOError = 4,

    /// <summary><see cref="DomainGraphicsEvent"/>.</summary>
    DomainGraphics = 5,

    /// <summary><see cref="DomainIOErrorEvent"/>.</summary>
    DomainIOErrorReason = 6,

    /// <summary><see cref="DomainControlErrorEvent"/>.</summary>
    DomainControlError = 7,

    /// <summary><see cref="DomainBlockJobEvent"/>.</summary>
    DomainBlockJob = 8,

    /// <summary><see cref="DomainDiskChangeEvent"/>.</summary>
    DomainDiskChange = 9,

    /// <summary><see cref="DomainTrayChangeEvent"/>.</summary>
    DomainTrayChange = 10,

    /// <summary><see cref="DomainPowerManagementEvent"/>.</summary>
    DomainWakeUp = 11,

    /// <summary><see cref="DomainPowerManagementEvent"/>.</summary>
    DomainSuspend = 12,

    /// <summary><see cref="DomainBalloonChangeEvent"/>.</summary>
    DomainBalloonChange = 13,

    /// <summary><see cref="DomainPowerManagementEvent"/>.</summary>
    DomainSuspendDisk = 14,

    /// <summary><see cref="DomainDeviceRemovedEvent"/>.</summary>
    DomainDeviceRemoved = 15,

    /// <summary><see cref="DomainBlockJobEvent"/>.</summary>
    DomainBlockJob2 = 16,

    /// <summary><see cref="DomainTunableEvent"/>.</summary>
    DomainTunable = 17,

    /// <summary><see cref="DomainAgentLifecycleEvent"/>.</summary>
    DomainAgentLifecycle = 18,

    /// <summary><see cref="DomainDeviceAddedEvent"/>.</summary>
    DomainDeviceAdded = 19,

    /// <summary><see cref="DomainMigrationIterationEvent"/>.</summary>
    DomainMigrationIteration = 20,

    /// <summary><see cref="DomainJobCompletedEvent"/>.</summary>
    DomainJobCompleted = 21,

    /// <summary><see cref="DomainDeviceRemovalFailedEvent"/>.</summary>
    DomainDeviceRemovalFailed = 22,

    /// <summary><see cref="DomainMetadataChangeEvent"/>.</summary>
    DomainMetadataChange = 23,

    /// <summary><see cref="DomainBlockThresholdEvent"/>.</summary>
    DomainBlockThreshold = 24,

    /// <summary><see cref="DomainMemoryFailureEvent"/>.</summary>
    DomainMemoryFailure = 25,

    /// <summary><see cref="DomainMemoryDeviceSizeChangeEvent"/>.</summary>
    DomainMemoryDeviceSizeChange = 26,

    /// <summary><see cref="NetworkLifecycleEvent"/>.</summary>
    NetworkLifecycle = 100,

    /// <summary><see cref="StoragePoolLifecycleEvent"/>.</summary>
    StoragePoolLifecycle = 200,

    /// <summary><see cref="StoragePoolRefreshEvent"/>.</summary>
    StoragePoolRefresh = 201,

    /// <summary><see cref="NodeDeviceLifecycleEvent"/>.</summary>
    NodeDeviceLifecycle = 300,

    /// <summary><see cref="NodeDeviceUpdateEvent"/>.</summary>
    NodeDeviceUpdate = 301,

    /// <summary><see cref="SecretLifecycleEvent"/>.</summary>
    SecretLifecycle = 400,

    /// <summary><see cref="SecretValueChangedEvent"/>.</summary>
    SecretValueChanged = 401,

    /// <summary><see cref="HypervisorClosedEvent"/>.</summary>
    HypervisorClosed = 500,

    /// <summary><see cref="QemuMonitorEvent"/>.</summary>
    QemuMonitor = 600,
}
