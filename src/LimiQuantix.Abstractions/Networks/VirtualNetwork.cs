namespace LimiQuantix.Networks;

/// <summary>A network that machines connect to.</summary>
public sealed record VirtualNetwork : IResource
{
    /// <inheritdoc/>
    public required Guid Id { get; init; }

    /// <inheritdoc/>
    public required string Project { get; init; }

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <inheritdoc/>
    public long Version { get; init; }

    /// <summary>The fabric it is on: one named instance of a network backend.</summary>
    public required string Fabric { get; init; }

    /// <summary>The largest packet in bytes; known once the fabric made it.</summary>
    public int? Mtu { get; init; }
}
