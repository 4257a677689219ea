using LibvirtSharp.Protocol;

namespace LibvirtSharp.Events;

/// <summary>
/// What one registration at the server brings: a kind of event, of all domains or one, for the monitor's of all names or one. Two that
/// libvirt takes for the same are equal.
/// </summary>
internal sealed record EventSelection(LibvirtEventKind Kind, DomainRef? Domain, string? MonitorEventName)
{
    public EventFamily Family => (EventFamily)((int)Kind / 100);

    /// <summary>Whose registrations it counts among at the server: QEMU's monitor events are its driver's as the domains' are. The close callback has none.</summary>
    public EventFamily? Driver => Family switch
    {
        EventFamily.Qemu => EventFamily.Domain,
        EventFamily.Connection => null,
        var own => own,
    };

    /// <summary>libvirt's number of the kind within its family.</summary>
    public int Number => (int)Kind % 100;

    public static EventSelection Of(LibvirtEventKind kind, LibvirtSubscriptionOptions options)
    {
        var all = new EventSelection(kind, null, null);
        return all.Family switch
        {
            EventFamily.Domain => all with { Domain = options.Domain?.Ref },
            EventFamily.Qemu => all with { Domain = options.Domain?.Ref, MonitorEventName = options.QemuMonitorEventName },
            _ => all,
        };
    }

    // A domain's id changes whenever it starts and its name may; libvirt looks at the UUID only.
    public bool Equals(EventSelection? other) =>
        other is not null && Kind == other.Kind && Domain?.Uuid == other.Domain?.Uuid && MonitorEventName == other.MonitorEventName;

    public override int GetHashCode() => HashCode.Combine(Kind, Domain?.Uuid, MonitorEventName);
}
