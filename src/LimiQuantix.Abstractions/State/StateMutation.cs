namespace LimiQuantix.State;

/// <summary>One change of a transaction.</summary>
public sealed record StateMutation
{
    /// <summary>The key: at most 512 characters.</summary>
    public required string Key { get; init; }

    /// <summary>The new value, at most 1 MiB; <see langword="null"/> deletes.</summary>
    public ReadOnlyMemory<byte>? Value { get; init; }

    /// <summary>The equality indexes of the entry, at most 8; they replace the former ones.</summary>
    public IReadOnlyDictionary<string, string> Indexes { get; init; } = new Dictionary<string, string>();
}
