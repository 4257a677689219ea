namespace LimiQuantix.Providers.Loading;

/// <summary>A public class that implements the plugin interface.</summary>
internal sealed record PluginClassFact
{
    /// <summary>Its full name.</summary>
    public required string FullName { get; init; }

    /// <summary>Whether it has a public constructor without parameters.</summary>
    public required bool HasParameterlessConstructor { get; init; }
}
