namespace Ovsdb;

/// <summary>What a replica holds of a table.</summary>
public sealed class OvsdbTableSelection
{
    /// <summary>All rows and columns of a table.</summary>
    public OvsdbTableSelection(OvsdbTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        Table = table;
    }

    /// <summary>The table: a generated row type's <c>Table</c>, or one of <see cref="OvsdbClient.Schema"/>.</summary>
    public OvsdbTable Table { get; }

    /// <summary>The columns; null, the default, for all.</summary>
    public IReadOnlyList<OvsdbColumn>? Columns { get; init; }

    /// <summary>
    /// Rows that meet at least one of these are held (ovsdb-server(7), section 4.1.12: other than in an operation, one suffices); empty,
    /// the default, for all.
    /// </summary>
    public IReadOnlyList<OvsdbCondition> Where { get; init; } = [];

    /// <summary>Indexes, besides those of single columns that the schema itself declares unique.</summary>
    public IReadOnlyList<OvsdbIndex> Indexes { get; init; } = [];

    internal IReadOnlyList<OvsdbColumn> Selected => Columns is null ? Table.Columns : [.. Columns.Select(column => Table.Column(column.Name))];

    internal IReadOnlyList<OvsdbIndex> AllIndexes()
    {
        List<OvsdbIndex> indexes = [.. Indexes.Select(index => index.Key is null ? OvsdbIndex.On(Table.Column(index.Column.Name)) : OvsdbIndex.On(Table.Column(index.Column.Name), index.Key))];
        foreach (IReadOnlyList<string> unique in Table.Indexes)
        {
            if (unique.Count == 1 && Selected.FirstOrDefault(column => column.Name == unique[0]) is { } column && !indexes.Any(index => index.Column == column && index.Key is null))
                indexes.Add(OvsdbIndex.On(column));
        }

        return indexes;
    }
}
