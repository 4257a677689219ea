using LimiQuantix.State;

namespace LimiQuantix.Core.State;

/// <summary>An entry of the store in memory with what it is listed by.</summary>
internal sealed class InMemoryEntry
{
    /// <summary>The entry.</summary>
    public required StateEntry Entry { get; init; }

    /// <summary>Its index pairs.</summary>
    public required IReadOnlyList<StateIndex> Indexes { get; init; }
}
