namespace Ovsdb;

/// <summary>A row that was inserted, changed or deleted.</summary>
public sealed class OvsdbRowChange
{
    internal OvsdbRowChange(OvsdbRow? before, OvsdbRow? after)
    {
        Before = before;
        After = after;
    }

    /// <summary>The row as it was; null when it is new.</summary>
    public OvsdbRow? Before { get; }

    /// <summary>The row as it is; null when it is gone.</summary>
    public OvsdbRow? After { get; }

    /// <summary>The row's id.</summary>
    public Guid Uuid => (After ?? Before)!.Uuid;

    /// <summary>The row's table.</summary>
    public OvsdbTable Table => (After ?? Before)!.Definition;

    /// <summary>Whether the row is new.</summary>
    public bool IsInsert => Before is null;

    /// <summary>Whether the row is gone.</summary>
    public bool IsDelete => After is null;

    /// <summary>The columns whose values differ; none for a row that is new or gone.</summary>
    public IEnumerable<OvsdbColumn> ChangedColumns => Before is null || After is null
        ? []
        : Table.Columns.Where(column => !Equals(Before.Values[column.Ordinal], After.Values[column.Ordinal]));

    /// <inheritdoc/>
    public override string ToString() => (Before, After) switch
    {
        (null, _) => $"insert {After}",
        (_, null) => $"delete {Before}",
        _ => $"modify {Table.Name} {Uuid}: {string.Join(", ", ChangedColumns.Select(column => $"{column.Name} {Text(Before, column)} -> {Text(After, column)}"))}",
    };

    private static object Text(OvsdbRow row, OvsdbColumn column) => row.Values[column.Ordinal] ?? "[]";
}
