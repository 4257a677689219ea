using System.Text.Json;
using Ovsdb.Json;

namespace Ovsdb;

/// <summary>One operation of a transaction (RFC 7047 section 5.2), by which its result is asked for.</summary>
public sealed class OvsdbOperation
{
    private readonly Action<Utf8JsonWriter, UuidNames> _write;

    internal OvsdbOperation(int index, string name, OvsdbTable? table, Action<Utf8JsonWriter, UuidNames> write)
    {
        Index = index;
        Name = name;
        Table = table;
        _write = write;
    }

    /// <summary>Its place in the transaction, from 0.</summary>
    public int Index { get; }

    /// <summary>What it does: <c>insert</c>, <c>select</c>, <c>update</c>, ...</summary>
    public string Name { get; }

    /// <summary>The table it is about; null for <c>comment</c>, <c>assert</c>, <c>commit</c> and <c>abort</c>.</summary>
    public OvsdbTable? Table { get; }

    /// <summary>The id that stands for an inserted row within the transaction.</summary>
    internal Guid Inserted { get; init; }

    /// <summary>Whether the row gets that very id.</summary>
    internal bool HasOwnUuid { get; init; }

    /// <summary>The columns that a select reads.</summary>
    internal IReadOnlyList<OvsdbColumn>? Selected { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Table is null ? Name : $"{Name} {Table.Name}";

    internal void Write(Utf8JsonWriter writer, UuidNames names)
    {
        writer.WriteStartObject();
        writer.WriteString("op"u8, Name);
        if (Table is not null)
            writer.WriteString("table"u8, Table.Name);
        _write(writer, names);
        writer.WriteEndObject();
    }
}
