namespace LibvirtSharp;

/// <summary>The guest's memory balloon changed.</summary>
public sealed record DomainBalloonChangeEvent : DomainEvent
{
    /// <summary>The memory the guest has now.</summary>
    public required long ActualBytes { get; init; }
}
