namespace Ovsdb;

/// <summary>Makes sets; what a collection expression such as <c>Ports = [a, b]</c> calls.</summary>
public static class OvsdbSet
{
    /// <summary>A set of these elements; what comes twice is in it once.</summary>
    /// <typeparam name="T">string, long, double, bool or Guid.</typeparam>
    public static OvsdbSet<T> Create<T>(ReadOnlySpan<T> elements)
        where T : notnull =>
        elements.IsEmpty ? OvsdbSet<T>.Empty : OvsdbSet<T>.FromUnsorted(elements.ToArray());

    /// <summary>A set of these elements; what comes twice is in it once.</summary>
    public static OvsdbSet<T> Create<T>(IEnumerable<T> elements)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(elements);
        return elements as OvsdbSet<T> ?? OvsdbSet<T>.FromUnsorted([.. elements]);
    }
}
