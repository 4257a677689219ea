namespace LimiQuantix.Providers.Instances;

/// <summary>A configured instance, opened or not.</summary>
internal sealed record ProviderInstanceInfo
{
    /// <summary>The instance's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its kind.</summary>
    public required string Kind { get; init; }

    /// <summary>The plugin that registered the kind.</summary>
    public required string PluginId { get; init; }

    /// <summary>Its provider contract.</summary>
    public required Type Contract { get; init; }
}
