namespace LimiQuantix.State;

/// <summary>One stored value.</summary>
public sealed record StateEntry
{
    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>The value, UTF-8 JSON by convention.</summary>
    public required ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>The revision of the entry's last change: grows over the whole store.</summary>
    public required long Version { get; init; }
}
