using System.Text;
using System.Text.Json;
using Ovsdb.Json;

namespace Ovsdb.Replication;

/// <summary>How a table's rows come from one server: which columns, and what each is when nothing is said of it.</summary>
internal sealed class TableLayout
{
    private readonly OvsdbColumn[] _columns;
    private readonly bool[] _composite;
    private readonly object?[] _defaults;
    private int _next;

    private TableLayout(OvsdbTableSelection selection, OvsdbTable server, OvsdbColumn[] columns)
    {
        Selection = selection;
        _columns = columns;
        _composite = new bool[columns.Length];
        _defaults = new object?[selection.Table.Columns.Count];
        Array.Fill(_defaults, OvsdbRow.Unset);
        for (int i = 0; i < columns.Length; i++)
        {
            OvsdbColumnType type = server.Column(columns[i].Name).Type;
            ValueCodec own = columns[i].Type.Codec;
            _composite[i] = type.Max > 1;
            _defaults[columns[i].Ordinal] = own.TryTake(type.Codec.Default, out object? taken) ? taken : own.Default;
        }
    }

    public OvsdbTableSelection Selection { get; }

    public string Name => Selection.Table.Name;

    /// <summary>The layout of a selection at a server; null when the server lacks the table, and that is tolerated. Adds to the faults what does not fit.</summary>
    public static TableLayout? Create(OvsdbTableSelection selection, OvsdbSchema schema, bool toleratesMissing, List<string> faults)
    {
        if (schema.FindTable(selection.Table.Name) is not { } server)
        {
            if (!toleratesMissing)
                faults.Add($"the table {selection.Table.Name} is missing");
            return null;
        }

        List<OvsdbColumn> columns = [];
        foreach (OvsdbColumn column in selection.Selected)
        {
            if (server.FindColumn(column.Name) is not { } other)
            {
                if (!toleratesMissing)
                    faults.Add($"the column {server.Name}.{column.Name} is missing");
            }
            else if (column.Type.Difference(other.Type) is { } difference)
            {
                faults.Add($"the column {server.Name}.{column.Name} {difference}");
            }
            else
            {
                columns.Add(column);
            }
        }

        // In the order in which ovsdb-server writes them.
        return new TableLayout(selection, server, [.. columns.OrderBy(column => column.Name, StringComparer.Ordinal)]);
    }

    /// <summary>Writes the table's part of a monitor's request.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartArray(Name);
        writer.WriteStartObject();
        writer.WriteStartArray("columns"u8);
        foreach (OvsdbColumn column in _columns)
            writer.WriteStringValue(column.Name);
        writer.WriteEndArray();
        if (Selection.Where.Count > 0 && !Selection.Where.Contains(OvsdbCondition.Every))
        {
            writer.WritePropertyName("where"u8);
            OvsdbCondition.Write(writer, Selection.Where, null);
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    /// <summary>Reads a whole row, in which columns that have their defaults may be left out.</summary>
    public OvsdbRow ReadRow(ref Utf8JsonReader reader, Guid uuid) => ReadRow(ref reader, uuid, _defaults, isDifference: false);

    /// <summary>Reads what changed in a row.</summary>
    public OvsdbRow ReadChanged(ref Utf8JsonReader reader, OvsdbRow before) => ReadRow(ref reader, before.Uuid, before.Values, isDifference: true);

    public void Describe(StringBuilder signature)
    {
        signature.Append(Name).Append('(');
        for (int i = 0; i < _columns.Length; i++)
            signature.Append(_columns[i].Name).Append(_composite[i] ? "*," : ",");
        signature.Append(')');
    }

    private OvsdbRow ReadRow(ref Utf8JsonReader reader, Guid uuid, ReadOnlySpan<object?> from, bool isDifference)
    {
        object?[] values = from.ToArray();
        JsonText.Expect(ref reader, JsonTokenType.StartObject);
        for (JsonText.Next(ref reader); reader.TokenType != JsonTokenType.EndObject; JsonText.Next(ref reader))
        {
            int at = Find(ref reader);
            JsonText.Next(ref reader);
            if (at < 0)
            {
                JsonText.Skip(ref reader);
                continue;
            }

            OvsdbColumn column = _columns[at];
            object? value = column.Type.Codec.Read(ref reader);
            values[column.Ordinal] = isDifference ? column.Type.Codec.Changed(values[column.Ordinal], value, _composite[at]) : value;
        }

        OvsdbRow row = Selection.Table.CreateRow();
        row.Fill(uuid, values);
        return row;
    }

    /// <summary>The column whose name the reader stands on: mostly the one that came after the last one in the row before.</summary>
    private int Find(ref Utf8JsonReader reader)
    {
        for (int i = 0; i < _columns.Length; i++)
        {
            int at = _next + i;
            if (at >= _columns.Length)
                at -= _columns.Length;
            if (reader.ValueTextEquals(_columns[at].Utf8Name))
            {
                _next = at + 1 == _columns.Length ? 0 : at + 1;
                return at;
            }
        }

        return -1;
    }
}
