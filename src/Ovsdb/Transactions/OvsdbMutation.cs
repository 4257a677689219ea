using System.Text.Json;
using Ovsdb.Json;

namespace Ovsdb;

/// <summary>A change of a column that need not know its value (RFC 7047 section 5.1, <c>&lt;mutation&gt;</c>).</summary>
public sealed class OvsdbMutation
{
    private readonly OvsdbColumn _column;
    private readonly string _mutator;
    private readonly object? _value;

    /// <summary>A change of a column; see <see cref="OvsdbColumn.Change"/>.</summary>
    /// <exception cref="ArgumentException">There is no such mutator, or the value is not of the column's type.</exception>
    public OvsdbMutation(OvsdbColumn column, string mutator, object value)
    {
        ArgumentNullException.ThrowIfNull(column);
        ArgumentNullException.ThrowIfNull(value);
        if (mutator is not ("+=" or "-=" or "*=" or "/=" or "%=" or "insert" or "delete"))
            throw new ArgumentException($"'{mutator}' is no mutator; there are +=, -=, *=, /=, %=, insert and delete.", nameof(mutator));
        if (!column.Type.Codec.TryTakePart(value, out _value))
            throw ValueCodec.Mismatch(value, column.Name, column.Type);
        _column = column;
        _mutator = mutator;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{_column} {_mutator} {_value}";

    internal void Write(Utf8JsonWriter writer, UuidNames? names)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(_column.Name);
        writer.WriteStringValue(_mutator);
        _column.Type.Codec.Write(writer, _value, names);
        writer.WriteEndArray();
    }
}
