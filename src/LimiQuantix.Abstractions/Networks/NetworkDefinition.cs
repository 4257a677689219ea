namespace LimiQuantix.Networks;

/// <summary>A network that the engine wants.</summary>
public sealed record NetworkDefinition
{
    /// <summary>The ownership mark; its resource id is the network's id.</summary>
    public required Ownership Ownership { get; init; }

    /// <summary>The name to show to a person: things outside are not named after it, and definitions are not compared by it.</summary>
    public required string Name { get; init; }

    /// <summary>The subnets that the engine chose; empty leaves them to the fabric.</summary>
    [Feature(ProviderFeatures.NetworkSubnets)]
    public IReadOnlyList<SubnetDefinition> Subnets { get; init; } = [];
}
