namespace LibvirtSharp;

/// <summary>The domain's title, description or metadata changed.</summary>
public sealed record DomainMetadataChangeEvent : DomainEvent
{
    /// <summary>Which.</summary>
    public required DomainMetadataType Type { get; init; }

    /// <summary>The changed element's namespace, for <see cref="DomainMetadataType.Element"/>.</summary>
    public required string? NamespaceUri { get; init; }
}
