namespace LimiQuantix.Networks;

/// <summary>A machine's connection to a network that the engine wants.</summary>
public sealed record PortDefinition
{
    /// <summary>The ownership mark; its resource id is the port's id.</summary>
    public required Ownership Ownership { get; init; }

    /// <summary>The network.</summary>
    public required Guid NetworkId { get; init; }

    /// <summary>The MAC address, six lower-case hexadecimal pairs with colons.</summary>
    public required string MacAddress { get; init; }

    /// <summary>The addresses that the engine chose for it, each in a subnet of the network and no other port's; empty: the fabric assigns them, where it assigns any.</summary>
    [Feature(ProviderFeatures.PortAddresses)]
    public IReadOnlyList<string> Addresses { get; init; } = [];
}
