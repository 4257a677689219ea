using System.Text.Json.Serialization;
using LimiQuantix.Machines;

namespace LimiQuantix.Nodes;

/// <summary>A host that machines run on. It is the whole installation's; its name is its node id.</summary>
public sealed record Node : IResource
{
    /// <inheritdoc/>
    public required Guid Id { get; init; }

    /// <inheritdoc/>
    public string? Project => null;

    /// <inheritdoc/>
    public string? Creator { get; init; }

    /// <inheritdoc/>
    public ResourceSharing Sharing { get; init; } = ResourceSharing.Project;

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public long Version { get; init; }

    /// <inheritdoc/>
    public long Generation { get; init; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The node's id in definitions and instances: its name, which alone is written out.</summary>
    [JsonIgnore]
    public NodeId NodeId => new(Name);

    /// <summary>What is wanted of it.</summary>
    public required NodeSpec Spec { get; init; }

    /// <summary>What was seen of it last.</summary>
    public required NodeStatus Status { get; init; }
}

/// <summary>What is wanted of a node.</summary>
public sealed record NodeSpec;

/// <summary>What was seen of a node.</summary>
public sealed record NodeStatus
{
    /// <summary>What its hypervisor said of itself; <see langword="null"/> while it never answered, and in a tenant's view.</summary>
    public HypervisorDescription? Hypervisor { get; init; }

    /// <summary>Why the hypervisor does not answer.</summary>
    public LimiQuantixError? Error { get; init; }

    /// <summary>When it answered last.</summary>
    public DateTimeOffset? ObservedAt { get; init; }
}
