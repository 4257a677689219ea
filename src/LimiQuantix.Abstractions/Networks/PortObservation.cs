namespace LimiQuantix.Networks;

/// <summary>A port as the fabric made it.</summary>
public sealed record PortObservation
{
    /// <summary>The port's id.</summary>
    public required Guid PortId { get; init; }

    /// <summary>What is kept of the highest call that changed it; <see langword="null"/> when nothing is.</summary>
    public ProviderMark? Mark { get; init; }

    /// <summary>The addresses that the fabric assigns to the guest, when it does.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];
}
