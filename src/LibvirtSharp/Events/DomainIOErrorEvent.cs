namespace LibvirtSharp;

/// <summary>Reading or writing a disk failed.</summary>
public sealed record DomainIOErrorEvent : DomainEvent
{
    /// <summary>The disk's source on the host.</summary>
    public required string SourcePath { get; init; }

    /// <summary>The disk's alias.</summary>
    public required string DeviceAlias { get; init; }

    /// <summary>What is done about it.</summary>
    public required DomainEventIOErrorAction Action { get; init; }

    /// <summary>Why: <c>enospc</c>, <c>eio</c>; null for the kind of event that does not tell.</summary>
    public required string? CauseName { get; init; }
}
