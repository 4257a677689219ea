using LimiQuantix.Nodes;
using LimiQuantix.Plugins;

namespace LimiQuantix.Providers.Instances;

/// <summary>An instance that is wanted, before its kind is known.</summary>
internal sealed record InstanceConfiguration
{
    /// <summary>The kind's name.</summary>
    public required string Kind { get; init; }

    /// <summary>The instance's name.</summary>
    public required string Name { get; init; }

    /// <summary>The node that was said; null for what the kind says.</summary>
    public NodeId? Node { get; init; }

    /// <summary>The options type that the host named; null when it gave settings.</summary>
    public Type? OptionsType { get; init; }

    /// <summary>The contract's name, where it was said.</summary>
    public string? Contract { get; init; }

    public InstanceOrigin Origin { get; init; } = InstanceOrigin.Code;

    /// <summary>What sets the options, in order.</summary>
    public IReadOnlyList<InstanceStep> Steps { get; init; } = [];
}

/// <summary>One of the two ways to set options: a delegate of the host's code, or settings.</summary>
internal sealed record InstanceStep
{
    public Action<object>? Configure { get; init; }

    public IReadOnlyDictionary<string, string?>? Settings { get; init; }
}
