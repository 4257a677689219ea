using System.Text.Json;

namespace Ovsdb;

/// <summary>A table of a database (RFC 7047 section 3.2, <c>&lt;table-schema&gt;</c>): from the server's schema, or a typed one of the generated code.</summary>
public class OvsdbTable
{
    private readonly Dictionary<string, OvsdbColumn> _byName;

    /// <summary>A table of these columns, which belong to no other.</summary>
    public OvsdbTable(string name, params IReadOnlyList<OvsdbColumn> columns)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(columns);
        Name = name;
        Columns = columns;
        _byName = columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        for (int i = 0; i < columns.Count; i++)
        {
            if (columns[i].Ordinal >= 0)
                throw new ArgumentException($"The column {columns[i]} belongs to another table.", nameof(columns));
            columns[i].Ordinal = i;
        }

        NothingSet = new object?[columns.Count];
        Array.Fill(NothingSet, OvsdbRow.Unset);
    }

    /// <summary>The table's name, as in <c>Logical_Switch</c>.</summary>
    public string Name { get; }

    /// <summary>The columns, without <c>_uuid</c> and <c>_version</c>.</summary>
    public IReadOnlyList<OvsdbColumn> Columns { get; }

    /// <summary>Whether its rows stay when nothing refers to them.</summary>
    public bool IsRoot { get; init; }

    /// <summary>The greatest number of rows; null when any.</summary>
    public long? MaxRows { get; init; }

    /// <summary>Columns, each time together, whose values no two rows share.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Indexes { get; init; } = [];

    /// <summary>The values of a row without any.</summary>
    internal object?[] NothingSet { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>A column by its name.</summary>
    /// <exception cref="ArgumentException">There is none; the message names those there are.</exception>
    public OvsdbColumn Column(string name) => FindColumn(name)
        ?? throw new ArgumentException($"The table {Name} has no column '{name}'; it has {string.Join(", ", _byName.Keys)}.", nameof(name));

    /// <summary>A column by its name, or null.</summary>
    public OvsdbColumn? FindColumn(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _byName.GetValueOrDefault(name);
    }

    /// <summary>A new row of this table's own kind without values.</summary>
    internal virtual OvsdbRow CreateRow() => new(this);

    internal static OvsdbTable Read(string name, JsonElement json) => new(
        name,
        [.. json.GetProperty("columns").EnumerateObject().Where(column => column.Name[0] != '_').Select(column => new OvsdbColumn(
            column.Name, OvsdbColumnType.Read(column.Value.GetProperty("type")))
        {
            IsEphemeral = column.Value.TryGetProperty("ephemeral", out JsonElement ephemeral) && ephemeral.GetBoolean(),
            IsMutable = !column.Value.TryGetProperty("mutable", out JsonElement mutable) || mutable.GetBoolean(),
        })])
    {
        IsRoot = json.TryGetProperty("isRoot", out JsonElement root) && root.GetBoolean(),
        MaxRows = json.TryGetProperty("maxRows", out JsonElement most) ? most.GetInt64() : null,
        Indexes = json.TryGetProperty("indexes", out JsonElement indexes)
            ? [.. indexes.EnumerateArray().Select(index => (IReadOnlyList<string>)[.. index.EnumerateArray().Select(column => column.GetString()!)])]
            : [],
    };
}
