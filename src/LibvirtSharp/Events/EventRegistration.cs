using LibvirtSharp.Protocol;

namespace LibvirtSharp.Events;

/// <summary>The calls that begin and end the server's sending of one kind of event.</summary>
internal static class EventRegistration
{
    public static async Task<EventRoute> AddAsync(
        RemoteProgram remote, QemuProgram qemu, LibvirtEventKind kind, LibvirtSubscriptionOptions options, CancellationToken cancellationToken)
    {
        int id = (int)kind % 100;
        var family = (EventFamily)((int)kind / 100);
        ValueTask<int> registering = family switch
        {
            EventFamily.Domain => remote.ConnectDomainEventCallbackRegisterAnyAsync(id, options.Domain?.Ref, cancellationToken),
            EventFamily.Network => remote.ConnectNetworkEventRegisterAnyAsync(id, null, cancellationToken),
            EventFamily.StoragePool => remote.ConnectStoragePoolEventRegisterAnyAsync(id, null, cancellationToken),
            EventFamily.NodeDevice => remote.ConnectNodeDeviceEventRegisterAnyAsync(id, null, cancellationToken),
            EventFamily.Secret => remote.ConnectSecretEventRegisterAnyAsync(id, null, cancellationToken),
            EventFamily.Connection => Numbered(remote.ConnectRegisterCloseCallbackAsync(cancellationToken)),
            EventFamily.Qemu => qemu.ConnectDomainMonitorEventRegisterAsync(options.Domain?.Ref, options.QemuMonitorEventName, 0, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind of event."),
        };
        return new EventRoute(family, await registering.ConfigureAwait(false));
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

    /// <summary>The close callback exists once a connection and has no number.</summary>
    private static async ValueTask<int> Numbered(ValueTask registering)
    {
        await registering.ConfigureAwait(false);
        return 0;
    }
}
