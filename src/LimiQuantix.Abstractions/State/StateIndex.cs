namespace LimiQuantix.State;

/// <summary>What an entry is listed by: a name with one value. An entry may have several values of one name.</summary>
public sealed record StateIndex
{
    /// <summary>The index's name: a key's segment (lower-case letters, digits and <c>. _ - ~</c>) of at most 64 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The value: at most 512 characters, without NUL or half a surrogate pair.</summary>
    public required string Value { get; init; }
}
