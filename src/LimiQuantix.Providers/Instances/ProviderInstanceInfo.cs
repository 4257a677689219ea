using LimiQuantix.Nodes;
using LimiQuantix.Plugins;

namespace LimiQuantix.Providers.Instances;

/// <summary>A configured instance, opened or not.</summary>
internal sealed record ProviderInstanceInfo
{
    /// <summary>The instance's name: unique among those of its contract and node.</summary>
    public required string Name { get; init; }

    /// <summary>Its kind.</summary>
    public required string Kind { get; init; }

    /// <summary>The plugin that registered the kind.</summary>
    public required string PluginId { get; init; }

    /// <summary>Its provider contract.</summary>
    public required Type Contract { get; init; }

    /// <summary>The node that it works on; null when it is shared.</summary>
    public NodeId? Node { get; init; }

    public InstanceOrigin Origin { get; init; } = InstanceOrigin.Code;

    /// <summary>What is unique.</summary>
    public (Type Contract, string Name, NodeId? Node) Key => (Contract, Name, Node);

    /// <summary>The key as hosts see it.</summary>
    public InstanceKey ToKey() => new() { Contract = Contract.Name, Name = Name, Node = Node };
}
