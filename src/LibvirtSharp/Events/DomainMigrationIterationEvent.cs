namespace LibvirtSharp;

/// <summary>A migration began to send memory once more.</summary>
public sealed record DomainMigrationIterationEvent : DomainEvent
{
    /// <summary>Which time it is.</summary>
    public required int Iteration { get; init; }
}
