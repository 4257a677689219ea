namespace LibvirtSharp;

/// <summary>An event about a domain.</summary>
public abstract record DomainEvent : LibvirtEvent
{
    /// <summary>The domain, as it was named and numbered when the event arose.</summary>
    public required Domain Domain { get; init; }
}
