namespace LimiQuantix.Networks;

/// <summary>A network as the fabric made it.</summary>
public sealed record NetworkObservation
{
    /// <summary>The network's id.</summary>
    public required Guid NetworkId { get; init; }

    /// <summary>What is kept of the highest call that changed it; <see langword="null"/> when nothing is.</summary>
    public ProviderMark? Mark { get; init; }

    /// <summary>The largest packet in bytes that a guest may send.</summary>
    public required int Mtu { get; init; }
}
