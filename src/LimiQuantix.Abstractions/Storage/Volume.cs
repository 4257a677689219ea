using LimiQuantix.Nodes;

namespace LimiQuantix.Storage;

/// <summary>A block device for machines, in a pool.</summary>
public sealed record Volume : IResource
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
    public required VolumeSpec Spec { get; init; }

    /// <summary>What became of it.</summary>
    public required VolumeStatus Status { get; init; }
}

/// <summary>A volume that a host, or a machine, wants.</summary>
public sealed record VolumeSpec
{
    /// <summary>The pool it is in.</summary>
    public required string Pool { get; init; }

    /// <summary>The size in bytes that a guest sees.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The image it began as a copy of.</summary>
    public Guid? ImageId { get; init; }
}

/// <summary>What became of a volume.</summary>
public sealed record VolumeStatus
{
    /// <summary>The machine it is attached to.</summary>
    public Guid? MachineId { get; init; }

    /// <summary>The node that it was made on; where its pool is each node's own, the only one that it can be used on.</summary>
    public NodeId? Node { get; init; }

    /// <summary>The generation of the spec that was applied.</summary>
    public long AppliedGeneration { get; init; }

    /// <summary>The size in bytes that its pool said last; <see langword="null"/> while it was never seen, or cannot be read.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>What it takes in its pool, in bytes, near enough: small changes are not written down; a <c>Get</c> looks.</summary>
    public long? AllocatedBytes { get; init; }

    /// <summary>When it was first seen so; <see langword="null"/> while it was never seen.</summary>
    public DateTimeOffset? ObservedAt { get; init; }

    /// <summary>Why its pool cannot be asked at present: the rest is what was seen last.</summary>
    public LimiQuantixError? ObservationError { get; init; }

    /// <summary>Why it is not as it should be: <see cref="ErrorCodes.NotFound"/> for one that its pool lost.</summary>
    public LimiQuantixError? Error { get; init; }
}
