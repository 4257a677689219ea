using LibvirtSharp.Protocol;

namespace LibvirtSharp.Events;

/// <summary>The calls that begin and end the server's sending of one kind of event.</summary>
internal static class EventRegistration
{
    public static async Task<EventRoute> AddAsync(RemoteProgram remote, QemuProgram qemu, EventSelection selection)
    {
        int id = selection.Number;
        ValueTask<int> registering = selection.Family switch
        {
            EventFamily.Domain => remote.ConnectDomainEventCallbackRegisterAnyAsync(id, selection.Domain),
            EventFamily.Network => remote.ConnectNetworkEventRegisterAnyAsync(id, null),
            EventFamily.StoragePool => remote.ConnectStoragePoolEventRegisterAnyAsync(id, null),
            EventFamily.NodeDevice => remote.ConnectNodeDeviceEventRegisterAnyAsync(id, null),
            EventFamily.Secret => remote.ConnectSecretEventRegisterAnyAsync(id, null),
            EventFamily.Connection => Numbered(remote.ConnectRegisterCloseCallbackAsync()),
            EventFamily.Qemu => qemu.ConnectDomainMonitorEventRegisterAsync(selection.Domain, selection.MonitorEventName, 0),
            _ => throw new ArgumentOutOfRangeException(nameof(selection), selection.Kind, "No such kind of event."),
        };
        return new EventRoute(selection.Family, await registering.ConfigureAwait(false));
    }

    public static ValueTask RemoveAsync(RemoteProgram remote, QemuProgram qemu, EventRoute route) => route.Family switch
    {
        EventFamily.Domain => remote.ConnectDomainEventCallbackDeregisterAnyAsync(route.CallbackId),
        EventFamily.Network => remote.ConnectNetworkEventDeregisterAnyAsync(route.CallbackId),
        EventFamily.StoragePool => remote.ConnectStoragePoolEventDeregisterAnyAsync(route.CallbackId),
        EventFamily.NodeDevice => remote.ConnectNodeDeviceEventDeregisterAnyAsync(route.CallbackId),
        EventFamily.Secret => remote.ConnectSecretEventDeregisterAnyAsync(route.CallbackId),
        EventFamily.Connection => remote.ConnectUnregisterCloseCallbackAsync(),
        _ => qemu.ConnectDomainMonitorEventDeregisterAsync(route.CallbackId),
    };

    /// <summary>The procedure that registers, as an exception names it.</summary>
    public static string Procedure(EventFamily family) => family switch
    {
        EventFamily.Domain => nameof(RemoteProcedure.ConnectDomainEventCallbackRegisterAny),
        EventFamily.Network => nameof(RemoteProcedure.ConnectNetworkEventRegisterAny),
        EventFamily.StoragePool => nameof(RemoteProcedure.ConnectStoragePoolEventRegisterAny),
        EventFamily.NodeDevice => nameof(RemoteProcedure.ConnectNodeDeviceEventRegisterAny),
        EventFamily.Secret => nameof(RemoteProcedure.ConnectSecretEventRegisterAny),
        EventFamily.Connection => nameof(RemoteProcedure.ConnectRegisterCloseCallback),
        _ => "Qemu" + nameof(QemuProcedure.ConnectDomainMonitorEventRegister),
    };

    /// <summary>The close callback exists once a connection and has no number.</summary>
    private static async ValueTask<int> Numbered(ValueTask registering)
    {
        await registering.ConfigureAwait(false);
        return 0;
    }
}
