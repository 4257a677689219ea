namespace LibvirtSharp;

/// <summary>Tuning parameters changed.</summary>
public sealed record DomainTunableEvent : DomainEvent
{
    /// <summary>The new values; names are libvirt's <c>VIR_DOMAIN_TUNABLE_…</c>.</summary>
    public required IReadOnlyList<TypedParameter> Parameters { get; init; }
}
