namespace LimiQuantix.Core.Resources;

/// <summary>A document as it is in the store: what a compare-and-swap starts from.</summary>
internal sealed record Stored<T>
{
    /// <summary>The document; a resource's <see cref="IResource.Version"/> is set.</summary>
    public required T Value { get; init; }

    /// <summary>The version of the entry.</summary>
    public required long Version { get; init; }

    /// <summary>The entry's bytes, for the members that this version of the program does not know.</summary>
    public required ReadOnlyMemory<byte> Json { get; init; }
}
