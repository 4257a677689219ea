using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Ovsdb;

/// <summary>An OVSDB map (RFC 7047 section 5.1, <c>&lt;map&gt;</c>): immutable, in the order of its keys, equal to another with the same pairs.</summary>
/// <typeparam name="TKey">string, long, double, bool or Guid.</typeparam>
/// <typeparam name="TValue">string, long, double, bool or Guid.</typeparam>
[CollectionBuilder(typeof(OvsdbMap), nameof(OvsdbMap.Create))]
[SuppressMessage("Naming", "CA1710", Justification = "RFC 7047 calls it a map.")]
public sealed class OvsdbMap<TKey, TValue> : IReadOnlyDictionary<TKey, TValue>, IEquatable<OvsdbMap<TKey, TValue>>
    where TKey : notnull
    where TValue : notnull
{
    private readonly KeyValuePair<TKey, TValue>[] _sorted;

    private OvsdbMap(KeyValuePair<TKey, TValue>[] sorted) => _sorted = sorted;

    /// <summary>The map without pairs.</summary>
    internal static OvsdbMap<TKey, TValue> Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _sorted.Length;

    /// <summary>The pairs in the order of their keys.</summary>
    public ReadOnlySpan<KeyValuePair<TKey, TValue>> Span => _sorted;

    /// <inheritdoc/>
    public IEnumerable<TKey> Keys => _sorted.Select(pair => pair.Key);

    /// <inheritdoc/>
    public IEnumerable<TValue> Values => _sorted.Select(pair => pair.Value);

    /// <inheritdoc/>
    public TValue this[TKey key] => TryGetValue(key, out TValue? value) ? value : throw new KeyNotFoundException($"The map has no key '{key}'.");

    /// <summary>Whether both hold the same pairs.</summary>
    public static bool operator ==(OvsdbMap<TKey, TValue>? left, OvsdbMap<TKey, TValue>? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(OvsdbMap<TKey, TValue>? left, OvsdbMap<TKey, TValue>? right) => !(left == right);

    /// <summary>A map of a dictionary's pairs.</summary>
    public static implicit operator OvsdbMap<TKey, TValue>(Dictionary<TKey, TValue> pairs) => OvsdbMap.Create(pairs);

    /// <inheritdoc/>
    public bool ContainsKey(TKey key) => Find(key) >= 0;

    /// <inheritdoc/>
    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        int at = Find(key);
        value = at >= 0 ? _sorted[at].Value : default;
        return at >= 0;
    }

    /// <summary>The value of a key, or null (for numbers: 0) where there is none.</summary>
    public TValue? GetValueOrDefault(TKey key) => TryGetValue(key, out TValue? value) ? value : default;

    /// <summary>This map with a key's value set.</summary>
    public OvsdbMap<TKey, TValue> With(TKey key, TValue value) =>
        FromUnsorted([.. _sorted.Where(pair => OvsdbSet<TKey>.Order.Compare(pair.Key, key) != 0), new(key, value)]);

    /// <summary>This map without a key.</summary>
    public OvsdbMap<TKey, TValue> Without(TKey key) =>
        FromSorted(Array.FindAll(_sorted, pair => OvsdbSet<TKey>.Order.Compare(pair.Key, key) != 0));

    /// <inheritdoc/>
    public bool Equals(OvsdbMap<TKey, TValue>? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || other.Count != Count)
            return false;
        for (int i = 0; i < _sorted.Length; i++)
        {
            if (!_sorted[i].Key.Equals(other._sorted[i].Key) || !_sorted[i].Value.Equals(other._sorted[i].Value))
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as OvsdbMap<TKey, TValue>);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (KeyValuePair<TKey, TValue> pair in _sorted)
        {
            hash.Add(pair.Key);
            hash.Add(pair.Value);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{{{string.Join(", ", _sorted.Select(pair => $"{pair.Key}={pair.Value}"))}}}";

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator() => ((IEnumerable<KeyValuePair<TKey, TValue>>)_sorted).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _sorted.GetEnumerator();

    /// <summary>Takes the array over.</summary>
    internal static OvsdbMap<TKey, TValue> FromUnsorted(KeyValuePair<TKey, TValue>[] pairs)
    {
        foreach (KeyValuePair<TKey, TValue> pair in pairs)
        {
            ArgumentNullException.ThrowIfNull(pair.Key, nameof(pairs));
            ArgumentNullException.ThrowIfNull(pair.Value, nameof(pairs));
        }

        Array.Sort(pairs, static (left, right) => OvsdbSet<TKey>.Order.Compare(left.Key, right.Key));
        for (int i = 1; i < pairs.Length; i++)
        {
            if (OvsdbSet<TKey>.Order.Compare(pairs[i].Key, pairs[i - 1].Key) == 0)
                throw new ArgumentException($"The key '{pairs[i].Key}' comes twice.", nameof(pairs));
        }

        return FromSorted(pairs);
    }

    /// <summary>
    /// This map changed by what <c>update2</c> and <c>update3</c> say (ovsdb-server(7), section 4.1.14): a pair that is here already is
    /// taken out, another value of a key replaces it, a new key is added.
    /// </summary>
    internal OvsdbMap<TKey, TValue> Changed(OvsdbMap<TKey, TValue> difference)
    {
        var result = new List<KeyValuePair<TKey, TValue>>(_sorted.Length + difference.Count);
        int i = 0;
        foreach (KeyValuePair<TKey, TValue> change in difference._sorted)
        {
            while (i < _sorted.Length && OvsdbSet<TKey>.Order.Compare(_sorted[i].Key, change.Key) < 0)
                result.Add(_sorted[i++]);
            bool known = i < _sorted.Length && OvsdbSet<TKey>.Order.Compare(_sorted[i].Key, change.Key) == 0;
            if (!known || !_sorted[i].Value.Equals(change.Value))
                result.Add(change);
            if (known)
                i++;
        }

        while (i < _sorted.Length)
            result.Add(_sorted[i++]);
        return FromSorted([.. result]);
    }

    private static OvsdbMap<TKey, TValue> FromSorted(KeyValuePair<TKey, TValue>[] sorted) => sorted.Length == 0 ? Empty : new(sorted);

    private int Find(TKey key)
    {
        int low = 0, high = _sorted.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = OvsdbSet<TKey>.Order.Compare(_sorted[middle].Key, key);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }
}
