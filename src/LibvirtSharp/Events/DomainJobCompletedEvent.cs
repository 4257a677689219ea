namespace LibvirtSharp;

/// <summary>A job on the domain ended.</summary>
public sealed record DomainJobCompletedEvent : DomainEvent
{
    /// <summary>What it did; names are libvirt's <c>VIR_DOMAIN_JOB_…</c>.</summary>
    public required IReadOnlyList<TypedParameter> Statistics { get; init; }
}
