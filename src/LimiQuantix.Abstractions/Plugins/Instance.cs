using LimiQuantix.Nodes;

namespace LimiQuantix.Plugins;

/// <summary>Which instance: names are unique among the instances of one contract on one node, and among its shared ones.</summary>
public sealed record InstanceKey
{
    /// <summary>The provider contract's name, for example <c>IHypervisor</c>.</summary>
    public required string Contract { get; init; }

    /// <summary>The instance's name.</summary>
    public required string Name { get; init; }

    /// <summary>The node that it works on; <see langword="null"/> for a shared one.</summary>
    public NodeId? Node { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Node is { } node ? $"{Contract} '{Name}' on node '{node}'" : $"{Contract} '{Name}'";
}

/// <summary>An instance to add while the engine runs.</summary>
public sealed record InstanceSpec
{
    /// <summary>The kind, such as <c>libvirt</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The name: a DNS label.</summary>
    public required string Name { get; init; }

    /// <summary>The contract's name, such as <c>IStorageBackend</c>, where the kind is registered for several.</summary>
    public string? Contract { get; init; }

    /// <summary>The node that it works on; <see langword="null"/> for what its kind says: the engine's own node, or shared.</summary>
    public NodeId? Node { get; init; }

    /// <summary>
    /// The options: values by property, nested ones with a colon (<c>Key:Name</c>). Kept in the state as they are: secrets are given as
    /// <see cref="SecretReference"/>.
    /// </summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();
}

/// <summary>Where an instance comes from.</summary>
public enum InstanceOrigin
{
    /// <summary>Not known to this version.</summary>
    Unknown = 0,

    /// <summary>The host's code.</summary>
    Code,

    /// <summary>The host's configuration, section <c>LimiQuantix:Instances</c>.</summary>
    Configuration,

    /// <summary>The state: it was added while the engine ran.</summary>
    State,
}

/// <summary>Whether an instance can be used.</summary>
public enum InstancePhase
{
    /// <summary>Not known to this version.</summary>
    Unknown = 0,

    /// <summary>It is opened at its first use.</summary>
    Waiting,

    /// <summary>It is open.</summary>
    Open,

    /// <summary>Its last opening failed; the next use tries again.</summary>
    Failed,

    /// <summary>Somebody closed it: nothing uses it until it is opened.</summary>
    Closed,

    /// <summary>This engine does not have its plugin, or its settings do not fit.</summary>
    Refused,
}

/// <summary>A configured use of a plugin's kind, in this process: a hypervisor, a pool, a fabric, an image source.</summary>
public sealed record Instance
{
    /// <summary>Contract, name and node.</summary>
    public required InstanceKey Key { get; init; }

    /// <summary>The kind.</summary>
    public required string Kind { get; init; }

    /// <summary>The plugin that registered the kind; empty where this engine does not have it.</summary>
    public required string PluginId { get; init; }

    /// <summary>Where it comes from.</summary>
    public required InstanceOrigin Origin { get; init; }

    /// <summary>Whether it can be used.</summary>
    public required InstancePhase Phase { get; init; }

    /// <summary>The features that it declared last (<see cref="ProviderFeatures"/>); <see langword="null"/> while it never did, or has none to declare.</summary>
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>Why its last opening failed, or why it is refused.</summary>
    public LimiQuantixError? Error { get; init; }
}
