namespace LibvirtSharp;

/// <summary>The hardware found a memory error.</summary>
public sealed record DomainMemoryFailureEvent : DomainEvent
{
    /// <summary>Whose memory.</summary>
    public required DomainMemoryFailureRecipientType Recipient { get; init; }

    /// <summary>What is done about it.</summary>
    public required DomainMemoryFailureActionType Action { get; init; }

    /// <summary>More of it.</summary>
    public required DomainMemoryFailureFlags Flags { get; init; }
}
