using LibvirtSharp.Protocol;

namespace LibvirtSharp.Events;

/// <summary>From the wire's messages about networks, pools, devices, secrets, the connection and QEMU's monitor to events.</summary>
internal static class ResourceEventDecoder
{
    public static EventRoute? RouteOf(object message) => message switch
    {
        NetworkEventLifecycleMsg m => new(EventFamily.Network, m.CallbackID),
        StoragePoolEventLifecycleMsg m => new(EventFamily.StoragePool, m.CallbackID),
        StoragePoolEventRefreshMsg m => new(EventFamily.StoragePool, m.CallbackID),
        NodeDeviceEventLifecycleMsg m => new(EventFamily.NodeDevice, m.CallbackID),
        NodeDeviceEventUpdateMsg m => new(EventFamily.NodeDevice, m.CallbackID),
        SecretEventLifecycleMsg m => new(EventFamily.Secret, m.CallbackID),
        SecretEventValueChangedMsg m => new(EventFamily.Secret, m.CallbackID),
        ConnectEventConnectionClosedMsg => new(EventFamily.Connection, 0),
        QemuDomainMonitorEventMsg m => new(EventFamily.Qemu, m.CallbackID),
        _ => null,
    };

    public static LibvirtEvent? Decode(object message, LibvirtConnection c) => message switch
    {
        NetworkEventLifecycleMsg m => new NetworkLifecycleEvent { Network = new(c, m.Net), Type = (NetworkEventLifecycleType)m.Event },
        StoragePoolEventLifecycleMsg m => new StoragePoolLifecycleEvent { Pool = new(c, m.Pool), Type = (StoragePoolEventLifecycleType)m.Event },
        StoragePoolEventRefreshMsg m => new StoragePoolRefreshEvent { Pool = new(c, m.Pool) },
        NodeDeviceEventLifecycleMsg m => new NodeDeviceLifecycleEvent { Device = new(c, m.Dev), Type = (NodeDeviceEventLifecycleType)m.Event },
        NodeDeviceEventUpdateMsg m => new NodeDeviceUpdateEvent { Device = new(c, m.Dev) },
        SecretEventLifecycleMsg m => new SecretLifecycleEvent { Secret = new(c, m.Secret), Type = (SecretEventLifecycleType)m.Event },
        SecretEventValueChangedMsg m => new SecretValueChangedEvent { Secret = new(c, m.Secret) },
        ConnectEventConnectionClosedMsg m => new HypervisorClosedEvent { Reason = (ConnectCloseReason)m.Reason },
        QemuDomainMonitorEventMsg m => new QemuMonitorEvent { Domain = new(c, m.Dom), Name = m.Event, Time = Time(m.Seconds, m.Micros), Details = m.Details },
        _ => null,
    };

    private static DateTimeOffset Time(long seconds, uint micros) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds()))
            .AddTicks(Math.Min(micros, 999_999) * 10);
}
