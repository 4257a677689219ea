using LibvirtSharp.Protocol;

namespace LibvirtSharp.Events;

/// <summary>The calls that begin and end the server's sending of one kind of event.</summary>
internal static class EventRegistration
{
    public static async Task<EventRoute> AddAsync(
        RemoteProgram remote, QemuProgram qemu, LibvirtEventKind kind, LibvirtSubscriptionOptions options, CancellationToken cancellationToken)
    {
        _ = qemu;
        int id = (int)kind % 100;
        var family = (EventFamily)((int)kind / 100);
        int callback = family switch
        {
            EventFamily.Domain => await remote.ConnectDomainEventCallbackRegisterAnyAsync(id, options.Domain?.Ref, cancellationToken).ConfigureAwait(false),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind of event."),
        };
        return new EventRoute(family, callback);
    }

    public static async Task RemoveAsync(RemoteProgram remote, QemuProgram qemu, EventRoute route)
    {
        _ = qemu;
        switch (route.Family)
        {
            case EventFamily.Domain:
                await remote.ConnectDomainEventCallbackDeregisterAnyAsync(route.CallbackId, CancellationToken.None).ConfigureAwait(false);
                break;
        }
    }
}
