using System.Text.Json;

namespace Ovsdb.Json;

/// <summary>Reads a select's rows.</summary>
internal static class RowReader
{
    public static OvsdbRow[] ReadRows(ref Utf8JsonReader reader, OvsdbTable table, IReadOnlyList<OvsdbColumn> selected)
    {
        JsonText.Expect(ref reader, JsonTokenType.StartArray);
        List<OvsdbRow> rows = [];
        for (JsonText.Next(ref reader); reader.TokenType != JsonTokenType.EndArray; JsonText.Next(ref reader))
            rows.Add(ReadRow(ref reader, table, selected));
        return [.. rows];
    }

    private static OvsdbRow ReadRow(ref Utf8JsonReader reader, OvsdbTable table, IReadOnlyList<OvsdbColumn> selected)
    {
        JsonText.Expect(ref reader, JsonTokenType.StartObject);
        var values = new object?[table.Columns.Count];
        Array.Fill(values, OvsdbRow.Unset);
        Guid uuid = Guid.Empty;
        int next = 0;
        for (JsonText.Next(ref reader); reader.TokenType != JsonTokenType.EndObject; JsonText.Next(ref reader))
        {
            bool isUuid = reader.ValueTextEquals("_uuid"u8);
            OvsdbColumn? column = isUuid ? null : Find(ref reader, selected, ref next);
            JsonText.Next(ref reader);
            if (isUuid)
                uuid = AtomCodecs.Uuid.Read(ref reader);
            else if (column is not null)
                values[column.Ordinal] = column.Type.Codec.Read(ref reader);
            else
                JsonText.Skip(ref reader);
        }

        OvsdbRow row = table.CreateRow();
        row.Fill(uuid, values);
        return row;
    }

    /// <summary>The column whose name the reader stands on; mostly the one after the last.</summary>
    private static OvsdbColumn? Find(ref Utf8JsonReader reader, IReadOnlyList<OvsdbColumn> columns, ref int next)
    {
        for (int i = 0; i < columns.Count; i++)
        {
            int at = (next + i) % columns.Count;
            if (reader.ValueTextEquals(columns[at].Utf8Name))
            {
                next = at + 1;
                return columns[at];
            }
        }

        return null;
    }
}
