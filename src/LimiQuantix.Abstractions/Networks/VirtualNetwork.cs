namespace LimiQuantix.Networks;

/// <summary>A network that machines connect to.</summary>
public sealed record VirtualNetwork : IResource
{
    /// <inheritdoc/>
    public required Guid Id { get; init; }

    /// <inheritdoc/>
    public required string Project { get; init; }

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

    /// <summary>What is wanted.</summary>
    public required NetworkSpec Spec { get; init; }

    /// <summary>What became of it.</summary>
    public required NetworkStatus Status { get; init; }
}

/// <summary>A network that a host wants.</summary>
public sealed record NetworkSpec
{
    /// <summary>The fabric it is on, by its name.</summary>
    public required string Fabric { get; init; }
}

/// <summary>What became of a network.</summary>
public sealed record NetworkStatus
{
    /// <summary>The largest packet in bytes; known once the fabric made it.</summary>
    public int? Mtu { get; init; }

    /// <summary>The generation of the spec that was applied.</summary>
    public long AppliedGeneration { get; init; }

    /// <summary>When it was first seen so; <see langword="null"/> while it was never seen.</summary>
    public DateTimeOffset? ObservedAt { get; init; }

    /// <summary>Why its fabric cannot be asked at present: the rest is what was seen last.</summary>
    public LimiQuantixError? ObservationError { get; init; }

    /// <summary>Why it is not as it should be.</summary>
    public LimiQuantixError? Error { get; init; }
}
