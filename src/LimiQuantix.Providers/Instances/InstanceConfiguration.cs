namespace LimiQuantix.Providers.Instances;

/// <summary>An instance that the host wants, before its kind is known.</summary>
internal sealed record InstanceConfiguration
{
    /// <summary>The kind's name.</summary>
    public required string Kind { get; init; }

    /// <summary>The instance's name.</summary>
    public required string Name { get; init; }

    /// <summary>The options type that the host named; null when it gave settings.</summary>
    public Type? OptionsType { get; init; }

    /// <summary>What sets the options, in order.</summary>
    public IReadOnlyList<Action<object>> Configure { get; init; } = [];
}
