namespace LimiQuantix.State;

/// <summary>One change of a transaction.</summary>
public sealed record StateMutation
{
    /// <summary>The key: at most 512 characters.</summary>
    public required string Key { get; init; }

    /// <summary>The new value; <see langword="null"/> deletes.</summary>
    public ReadOnlyMemory<byte>? Value { get; init; }

    /// <summary>What the entry is listed by, at most 128 pairs, none twice; they replace the former ones.</summary>
    public IReadOnlyList<StateIndex> Indexes { get; init; } = [];
}
