namespace LibvirtSharp;

/// <summary>A domain was defined, started, stopped …</summary>
public sealed record DomainLifecycleEvent : DomainEvent
{
    /// <summary>What happened.</summary>
    public required DomainEventType Type { get; init; }

    /// <summary>
    /// Why, in the numbers of the type's own enum: <see cref="DomainEventStartedDetail"/>, <see cref="DomainEventStoppedDetail"/>,
    /// <see cref="DomainEventShutdownDetail"/> and so on.
    /// </summary>
    public required int Detail { get; init; }
}
