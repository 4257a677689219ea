using LibvirtSharp.Protocol;

namespace LibvirtSharp.Events;

/// <summary>From the wire's messages to events.</summary>
internal static class EventDecoder
{
    /// <returns>Null for a message of the kind without callback numbers, which this client never asks for.</returns>
    public static EventRoute? RouteOf(object message) => message switch
    {
        DomainEventCallbackLifecycleMsg m => new EventRoute(EventFamily.Domain, m.CallbackID),
        _ => null,
    };

    public static LibvirtEvent? Decode(object message, LibvirtConnection connection) => message switch
    {
        DomainEventCallbackLifecycleMsg m => new DomainLifecycleEvent
        {
            Domain = new Domain(connection, m.Msg.Dom), Type = (DomainEventType)m.Msg.Event, Detail = m.Msg.Detail,
        },
        _ => null,
    };
}
