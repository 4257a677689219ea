namespace LimiQuantix.Storage;

/// <summary>A block device for machines, in a pool.</summary>
public sealed record Volume : IResource
{
    /// <inheritdoc/>
    public required Guid Id { get; init; }

    /// <inheritdoc/>
    public required string Project { get; init; }

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public long Version { get; init; }

    /// <summary>The pool it is in.</summary>
    public required string Pool { get; init; }

    /// <summary>The size in bytes that a guest sees.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The image it began as a copy of.</summary>
    public Guid? ImageId { get; init; }

    /// <summary>The machine it is attached to.</summary>
    public Guid? MachineId { get; init; }

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}
