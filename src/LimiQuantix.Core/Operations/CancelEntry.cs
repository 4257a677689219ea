namespace LimiQuantix.Core.Operations;

/// <summary>Somebody's wish that an operation ends.</summary>
internal sealed record CancelEntry
{
    /// <summary>When it was stored.</summary>
    public required DateTimeOffset RequestedAt { get; init; }
}
