using System.Collections;
using System.Runtime.CompilerServices;

namespace Ovsdb;

/// <summary>An OVSDB set (RFC 7047 section 5.1, <c>&lt;set&gt;</c>): immutable, in order, equal to another with the same elements.</summary>
/// <typeparam name="T">string, long, double, bool or Guid.</typeparam>
[CollectionBuilder(typeof(OvsdbSet), nameof(OvsdbSet.Create))]
public sealed class OvsdbSet<T> : IReadOnlySet<T>, IReadOnlyList<T>, IEquatable<OvsdbSet<T>>
    where T : notnull
{
    private readonly T[] _sorted;

    private OvsdbSet(T[] sorted) => _sorted = sorted;

    /// <summary>The set without elements.</summary>
    internal static OvsdbSet<T> Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _sorted.Length;

    /// <summary>The elements in order.</summary>
    public ReadOnlySpan<T> Span => _sorted;

    /// <summary>The element at a place in the order.</summary>
    public T this[int index] => _sorted[index];

    /// <summary>Whether both hold the same elements.</summary>
    public static bool operator ==(OvsdbSet<T>? left, OvsdbSet<T>? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(OvsdbSet<T>? left, OvsdbSet<T>? right) => !(left == right);

    /// <inheritdoc/>
    public bool Contains(T item) => Array.BinarySearch(_sorted, item, Order) >= 0;

    /// <summary>This set and these elements.</summary>
    public OvsdbSet<T> Union(params IEnumerable<T> elements) => FromUnsorted([.. _sorted, .. elements]);

    /// <summary>This set without these elements.</summary>
    public OvsdbSet<T> Except(params IEnumerable<T> elements)
    {
        OvsdbSet<T> less = OvsdbSet.Create(elements);
        return FromSorted(Array.FindAll(_sorted, element => !less.Contains(element)));
    }

    /// <inheritdoc/>
    public bool Equals(OvsdbSet<T>? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        return other is not null && _sorted.AsSpan().SequenceEqual(other._sorted);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as OvsdbSet<T>);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (T element in _sorted)
            hash.Add(element);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", _sorted)}]";

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_sorted).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _sorted.GetEnumerator();

    /// <inheritdoc/>
    public bool IsSubsetOf(IEnumerable<T> other) => Hashed().IsSubsetOf(other);

    /// <inheritdoc/>
    public bool IsSupersetOf(IEnumerable<T> other) => Hashed().IsSupersetOf(other);

    /// <inheritdoc/>
    public bool IsProperSubsetOf(IEnumerable<T> other) => Hashed().IsProperSubsetOf(other);

    /// <inheritdoc/>
    public bool IsProperSupersetOf(IEnumerable<T> other) => Hashed().IsProperSupersetOf(other);

    /// <inheritdoc/>
    public bool Overlaps(IEnumerable<T> other) => Hashed().Overlaps(other);

    /// <inheritdoc/>
    public bool SetEquals(IEnumerable<T> other) => Hashed().SetEquals(other);

    /// <summary>Strings compare by their UTF-16 code units, the same everywhere.</summary>
    internal static IComparer<T> Order { get; } =
        typeof(T) == typeof(string) ? (IComparer<T>)(object)StringComparer.Ordinal : Comparer<T>.Default;

    /// <summary>Takes the array over.</summary>
    internal static OvsdbSet<T> FromUnsorted(T[] elements)
    {
        foreach (T element in elements)
            ArgumentNullException.ThrowIfNull(element, nameof(elements));
        if (elements.Length == 0)
            return Empty;
        Array.Sort(elements, Order);
        int kept = 1;
        for (int i = 1; i < elements.Length; i++)
        {
            if (Order.Compare(elements[i], elements[kept - 1]) != 0)
                elements[kept++] = elements[i];
        }

        return new(kept == elements.Length ? elements : elements[..kept]);
    }

    /// <summary>What is in one of the two only: how <c>update2</c> and <c>update3</c> say that a set changed (ovsdb-server(7), section 4.1.14).</summary>
    internal OvsdbSet<T> SymmetricDifference(OvsdbSet<T> other)
    {
        T[] left = _sorted, right = other._sorted;
        if (right.Length == 0)
            return this;
        if (left.Length == 0)
            return other;
        var result = new T[left.Length + right.Length];
        int count = 0, i = 0, j = 0;
        while (i < left.Length && j < right.Length)
        {
            // A long set changes in few places: what lies between them is copied at once.
            if (left.Length > 16 * right.Length)
            {
                int found = Array.BinarySearch(left, i, left.Length - i, right[j], Order);
                int until = found >= 0 ? found : ~found;
                Array.Copy(left, i, result, count, until - i);
                count += until - i;
                i = until;
                if (found >= 0)
                    i++;
                else
                    result[count++] = right[j];
                j++;
                continue;
            }

            int order = Order.Compare(left[i], right[j]);
            if (order == 0)
            {
                i++;
                j++;
            }
            else
            {
                result[count++] = order < 0 ? left[i++] : right[j++];
            }
        }

        while (i < left.Length)
            result[count++] = left[i++];
        while (j < right.Length)
            result[count++] = right[j++];
        return FromSorted(count == result.Length ? result : result[..count]);
    }

    private static OvsdbSet<T> FromSorted(T[] sorted) => sorted.Length == 0 ? Empty : new(sorted);

    private HashSet<T> Hashed() => [.. _sorted];
}
