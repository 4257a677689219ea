namespace Ovsdb;

/// <summary>Makes maps; what a collection expression such as <c>ExternalIds = [new("owner", "me")]</c> calls.</summary>
public static class OvsdbMap
{
    /// <summary>A map of these pairs.</summary>
    /// <exception cref="ArgumentException">A key comes twice.</exception>
    public static OvsdbMap<TKey, TValue> Create<TKey, TValue>(params ReadOnlySpan<KeyValuePair<TKey, TValue>> pairs)
        where TKey : notnull
        where TValue : notnull =>
        OvsdbMap<TKey, TValue>.FromUnsorted(pairs.ToArray());

    /// <summary>A map of these pairs.</summary>
    /// <exception cref="ArgumentException">A key comes twice.</exception>
    public static OvsdbMap<TKey, TValue> Create<TKey, TValue>(IEnumerable<KeyValuePair<TKey, TValue>> pairs)
        where TKey : notnull
        where TValue : notnull
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return pairs as OvsdbMap<TKey, TValue> ?? OvsdbMap<TKey, TValue>.FromUnsorted([.. pairs]);
    }
}
