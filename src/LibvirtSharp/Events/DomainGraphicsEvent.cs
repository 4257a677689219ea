namespace LibvirtSharp;

/// <summary>A client of a graphical console came or went.</summary>
public sealed record DomainGraphicsEvent : DomainEvent
{
    /// <summary>What it did.</summary>
    public required DomainEventGraphicsPhase Phase { get; init; }

    /// <summary>The server's address.</summary>
    public required GraphicsAddress Local { get; init; }

    /// <summary>The client's address.</summary>
    public required GraphicsAddress Remote { get; init; }

    /// <summary>How it was authenticated.</summary>
    public required string AuthenticationScheme { get; init; }

    /// <summary>Who it is.</summary>
    public required IReadOnlyList<GraphicsIdentity> Subject { get; init; }
}
