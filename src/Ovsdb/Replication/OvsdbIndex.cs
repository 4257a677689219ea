namespace Ovsdb;

/// <summary>An index of a replica: rows by the value of a column, by each element of a set, by each key of a map, or by the value of one key of a map.</summary>
public sealed class OvsdbIndex
{
    private OvsdbIndex(OvsdbColumn column, string? key)
    {
        Column = column;
        Key = key;
    }

    /// <summary>The column.</summary>
    public OvsdbColumn Column { get; }

    /// <summary>The key of the map whose value counts; null where the column itself does.</summary>
    public string? Key { get; }

    /// <summary>Rows by a column's value; where it is a set by each of its elements, where it is a map by each of its keys.</summary>
    public static OvsdbIndex On(OvsdbColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return new OvsdbIndex(column, null);
    }

    /// <summary>Rows by what a map, such as <c>external_ids</c>, has at a key.</summary>
    /// <exception cref="ArgumentException">The column is no map of strings.</exception>
    public static OvsdbIndex On(OvsdbColumn column, string key)
    {
        ArgumentNullException.ThrowIfNull(column);
        ArgumentNullException.ThrowIfNull(key);
        if (!column.Type.IsMap || column.Type.Key.Type != OvsdbAtomicType.String)
            throw new ArgumentException($"The column {column} is {column.Type}, and no map with strings as keys.", nameof(column));
        return new OvsdbIndex(column, key);
    }

    internal IEnumerable<object> KeysOf(OvsdbRow row)
    {
        object? value = row.Values[Column.Ordinal];
        if (value == OvsdbRow.Unset)
            return [];
        if (Key is null)
            return Column.Type.Codec.Elements(value);
        return Column.Type.Codec.ElementOf(value, Key) is { } found ? [found] : [];
    }
}
