using System.Text.Json;
using Ovsdb.Json;

namespace Ovsdb.Replication;

/// <summary>
/// Reads what a monitor tells: <c>table-updates</c> (RFC 7047 section 4.1.6) and <c>table-updates2</c> (ovsdb-server(7), section 4.1.14).
/// </summary>
internal sealed class UpdateReader(
    Dictionary<string, TableLayout> layouts, OvsdbSnapshot from, OvsdbSnapshot? replaced, List<OvsdbRowChange>? changes, bool isOld)
{
    private int _count;

    /// <summary>Reads all of them; the tables as they are afterwards, and how many rows were told of.</summary>
    /// <exception cref="OvsdbException">They do not fit what is held.</exception>
    public (TableState[] Tables, int Count) Read(ref Utf8JsonReader reader)
    {
        TableState[] tables = [.. from.Tables];
        JsonText.Expect(ref reader, JsonTokenType.StartObject);
        for (JsonText.Next(ref reader); reader.TokenType != JsonTokenType.EndObject; JsonText.Next(ref reader))
        {
            string name = JsonText.Text(ref reader);
            if (!layouts.TryGetValue(name, out TableLayout? layout))
                throw OvsdbException.Protocol($"The server sent an update of the table {name}, which was not asked for.");
            JsonText.Next(ref reader, JsonTokenType.StartObject);
            int place = from.Places[name];
            var table = new TableState.Builder(tables[place]);
            for (JsonText.Next(ref reader); reader.TokenType != JsonTokenType.EndObject; JsonText.Next(ref reader))
            {
                _count++;
                Guid uuid = JsonText.ReadGuid(ref reader);
                JsonText.Next(ref reader, JsonTokenType.StartObject);
                OvsdbRow? before = table.Find(uuid);
                OvsdbRow? after = isOld ? ReadOld(ref reader, layout, uuid) : ReadNew(ref reader, layout, uuid, before);
                // A row that is the same as before stays the same object.
                if (after is not null && replaced?.Tables[place].Rows.GetValueOrDefault(uuid) is { } same && same.HasValuesOf(after))
                    after = same;
                if (before is null && after is null)
                    continue;
                table.Set(uuid, before, after);
                changes?.Add(new OvsdbRowChange(before, after));
            }

            tables[place] = table.ToState();
        }

        return (tables, _count);
    }

    /// <summary><c>{"initial": row}</c>, <c>{"insert": row}</c>, <c>{"modify": difference}</c> or <c>{"delete": null}</c>.</summary>
    private static OvsdbRow? ReadNew(ref Utf8JsonReader reader, TableLayout layout, Guid uuid, OvsdbRow? before)
    {
        JsonText.Next(ref reader, JsonTokenType.PropertyName);
        OvsdbRow? after = null;
        if (reader.ValueTextEquals("initial"u8) || reader.ValueTextEquals("insert"u8))
        {
            JsonText.Next(ref reader);
            after = layout.ReadRow(ref reader, uuid);
        }
        else if (reader.ValueTextEquals("modify"u8))
        {
            if (before is null)
                throw OvsdbException.Protocol($"The server changed the row {uuid} of {layout.Name}, which it had not told of.");
            JsonText.Next(ref reader);
            after = layout.ReadChanged(ref reader, before);
        }
        else if (reader.ValueTextEquals("delete"u8))
        {
            JsonText.Next(ref reader);
            JsonText.Skip(ref reader);
        }
        else
        {
            throw OvsdbException.Protocol($"The server sent an unknown kind of update of {layout.Name}.");
        }

        JsonText.Next(ref reader, JsonTokenType.EndObject);
        return after;
    }

    /// <summary><c>{"old": what was, "new": all columns}</c>; a row without a new one is gone.</summary>
    private static OvsdbRow? ReadOld(ref Utf8JsonReader reader, TableLayout layout, Guid uuid)
    {
        OvsdbRow? after = null;
        for (JsonText.Next(ref reader); reader.TokenType != JsonTokenType.EndObject; JsonText.Next(ref reader))
        {
            bool isNew = reader.ValueTextEquals("new"u8);
            JsonText.Next(ref reader);
            if (isNew)
                after = layout.ReadRow(ref reader, uuid);
            else
                JsonText.Skip(ref reader);
        }

        return after;
    }
}
