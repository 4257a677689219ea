using System.Text.Json;
using Ovsdb.Json;

namespace Ovsdb;

/// <summary>Which rows an operation or a replica is about (RFC 7047 section 5.1, <c>&lt;condition&gt;</c>). Several are all to hold.</summary>
public sealed class OvsdbCondition
{
    private static readonly OvsdbColumn UuidColumn = new("_uuid", new OvsdbColumnType(new OvsdbBaseType(OvsdbAtomicType.Uuid)));

    private readonly OvsdbColumn? _column;
    private readonly string _function;
    private readonly object? _value;

    /// <summary>A condition on a column; see <see cref="OvsdbColumn.Where"/>.</summary>
    /// <exception cref="ArgumentException">There is no such function, or the value is not of the column's type.</exception>
    public OvsdbCondition(OvsdbColumn column, string function, object? value)
    {
        ArgumentNullException.ThrowIfNull(column);
        bool part = function is "includes" or "excludes";
        if (!part && function is not ("==" or "!=" or "<" or "<=" or ">" or ">="))
            throw new ArgumentException($"'{function}' is no condition; there are ==, !=, <, <=, >, >=, includes and excludes.", nameof(function));
        if (!(part ? column.Type.Codec.TryTakePart(value, out _value) : column.Type.Codec.TryTake(value, out _value)))
            throw ValueCodec.Mismatch(value, column.Name, column.Type);
        _column = column;
        _function = function;
    }

    private OvsdbCondition() => _function = "";

    /// <summary>Every row of the table.</summary>
    public static OvsdbCondition Every { get; } = new();

    /// <summary>The row with this id; also of one that the same transaction inserts.</summary>
    public static OvsdbCondition Uuid(Guid uuid) => new(UuidColumn, "==", uuid);

    /// <inheritdoc/>
    public override string ToString() => _column is null ? "every row" : $"{_column} {_function} {_value ?? "[]"}";

    internal static void Write(Utf8JsonWriter writer, IReadOnlyList<OvsdbCondition> where, UuidNames? names)
    {
        writer.WriteStartArray();
        foreach (OvsdbCondition condition in where)
        {
            if (condition._column is not { } column)
                continue;
            writer.WriteStartArray();
            writer.WriteStringValue(column.Name);
            writer.WriteStringValue(condition._function);
            column.Type.Codec.Write(writer, condition._value, names);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    /// <exception cref="ArgumentException">None is given: what is meant for every row says so.</exception>
    internal static IReadOnlyList<OvsdbCondition> Checked(IReadOnlyList<OvsdbCondition> where)
    {
        ArgumentNullException.ThrowIfNull(where);
        if (where.Count == 0)
            throw new ArgumentException($"No condition is given. For all rows say {nameof(OvsdbCondition)}.{nameof(Every)}.", nameof(where));
        foreach (OvsdbCondition each in where)
            ArgumentNullException.ThrowIfNull(each, nameof(where));
        return where;
    }
}
