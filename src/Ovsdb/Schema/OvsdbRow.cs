using System.Text;

namespace Ovsdb;

/// <summary>
/// A row (RFC 7047 section 5.1, <c>&lt;row&gt;</c>): one that was read, which never changes, or one that is to be written, of which only the
/// columns that were set are sent. Generated types derive from it; rows of other schemas are this type itself, with columns by name.
/// </summary>
public class OvsdbRow
{
    private object?[] _values;

    /// <summary>A row of a table without values.</summary>
    public OvsdbRow(OvsdbTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        Definition = table;
        // Shared until something is set: rows that are read bring their own.
        _values = table.NothingSet;
    }

    /// <summary>The table it belongs to.</summary>
    public OvsdbTable Definition { get; }

    /// <summary>The id of a row that was read (<c>_uuid</c>); zeros for one that is to be written.</summary>
    public Guid Uuid { get; internal set; }

    /// <summary>A column's value: see <see cref="OvsdbColumnType"/>.</summary>
    /// <exception cref="ArgumentException">There is no such column, or the value is not of its type.</exception>
    /// <exception cref="InvalidOperationException">The column was not read.</exception>
    public object? this[string column]
    {
        get => Get(Definition.Column(column).Ordinal);
        init => Set(Definition.Column(column).Ordinal, value);
    }

    /// <summary>Stands in a column that was neither read nor set.</summary>
    internal static object Unset { get; } = new();

    internal ReadOnlySpan<object?> Values => _values;

    /// <summary>Whether a column was read or set.</summary>
    public bool Has(OvsdbColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return Own(column) is { } own && _values[own.Ordinal] != Unset;
    }

    /// <summary>A column's typed value.</summary>
    /// <exception cref="InvalidOperationException">The column was not read.</exception>
    public T Get<T>(OvsdbColumn<T> column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return (T)Get((Own(column) ?? Definition.Column(column.Name)).Ordinal)!;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder($"{Definition.Name} {Uuid}");
        for (int i = 0; i < _values.Length; i++)
        {
            if (_values[i] != Unset)
                text.Append(' ').Append(Definition.Columns[i].Name).Append('=').Append(_values[i] ?? "[]");
        }

        return text.ToString();
    }

    /// <summary>The value of a column by its place in the table, for generated properties.</summary>
    protected internal object? Get(int ordinal)
    {
        object? value = _values[ordinal];
        if (value == Unset)
            throw NotRead(ordinal);
        return value;
    }

    /// <summary>Sets a column by its place in the table, for generated properties.</summary>
    protected internal void Set(int ordinal, object? value)
    {
        OvsdbColumn column = Definition.Columns[ordinal];
        object? taken = column.Type.Codec.Take(value, $"{Definition.Name}.{column.Name}", column.Type);
        if (ReferenceEquals(_values, Definition.NothingSet))
            _values = [.. _values];
        _values[ordinal] = taken;
    }

    /// <summary>Takes over what was read.</summary>
    internal void Fill(Guid uuid, object?[] values)
    {
        Uuid = uuid;
        _values = values;
    }

    /// <summary>Whether all columns are the same.</summary>
    internal bool HasValuesOf(OvsdbRow other)
    {
        for (int i = 0; i < _values.Length; i++)
        {
            if (!Equals(_values[i], other._values[i]))
                return false;
        }

        return true;
    }

    /// <summary>The column of this row's own table; the same one, or, where the table was read from the server, the one of its name.</summary>
    internal OvsdbColumn? Own(OvsdbColumn column) =>
        column.Ordinal >= 0 && column.Ordinal < Definition.Columns.Count && ReferenceEquals(Definition.Columns[column.Ordinal], column) ? column : Definition.FindColumn(column.Name);

    private InvalidOperationException NotRead(int ordinal) =>
        new($"The column {Definition.Columns[ordinal].Name} of {Definition.Name} was not read: it was left out of the replica's or the select's columns, the server lacks it, or it was not set.");
}
