namespace LibvirtSharp;

/// <summary>The guest changed its clock.</summary>
public sealed record DomainRtcChangeEvent : DomainEvent
{
    /// <summary>How far its clock is from UTC.</summary>
    public required TimeSpan Offset { get; init; }
}
