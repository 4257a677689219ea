namespace LibvirtSharp;

/// <summary>The guest's watchdog fired.</summary>
public sealed record DomainWatchdogEvent : DomainEvent
{
    /// <summary>What is done about it.</summary>
    public required DomainEventWatchdogAction Action { get; init; }
}
