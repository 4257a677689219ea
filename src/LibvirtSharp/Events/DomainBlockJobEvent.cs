namespace LibvirtSharp;

/// <summary>A job on a disk ended or became ready.</summary>
public sealed record DomainBlockJobEvent : DomainEvent
{
    /// <summary>The disk: its source path, or its target for <see cref="LibvirtEventKind.DomainBlockJob2"/>.</summary>
    public required string Disk { get; init; }

    /// <summary>The job.</summary>
    public required DomainBlockJobType Type { get; init; }

    /// <summary>How it stands.</summary>
    public required ConnectDomainEventBlockJobStatus Status { get; init; }
}
