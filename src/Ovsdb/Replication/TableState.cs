using System.Collections.Immutable;

namespace Ovsdb.Replication;

/// <summary>A table's rows and indexes at one moment.</summary>
internal sealed class TableState(OvsdbTable table, ImmutableDictionary<Guid, OvsdbRow> rows, IReadOnlyList<IndexState> indexes)
{
    public OvsdbTable Table { get; } = table;

    public ImmutableDictionary<Guid, OvsdbRow> Rows { get; } = rows;

    public IReadOnlyList<IndexState> Indexes { get; } = indexes;

    public static TableState Empty(OvsdbTableSelection selection) => new(
        selection.Table, ImmutableDictionary<Guid, OvsdbRow>.Empty, [.. selection.AllIndexes().Select(IndexState.Empty)]);

    /// <summary>The index on a column, or on a key of it.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public IndexState IndexOn(OvsdbColumn column, string? key)
    {
        foreach (IndexState state in Indexes)
        {
            if (state.Index.Column.Name == column.Name && state.Index.Key == key)
                return state;
        }

        throw new InvalidOperationException(
            $"The replica has no index on {Table.Name}.{column.Name}{(key is null ? "" : $"[{key}]")}: name it in {nameof(OvsdbTableSelection)}.{nameof(OvsdbTableSelection.Indexes)}.");
    }

    /// <summary>A table while it changes.</summary>
    internal sealed class Builder(TableState state)
    {
        private readonly ImmutableDictionary<Guid, OvsdbRow>.Builder _rows = state.Rows.ToBuilder();
        private readonly IndexState.Builder[] _indexes = [.. state.Indexes.Select(index => index.ToBuilder())];

        public OvsdbRow? Find(Guid uuid) => _rows.GetValueOrDefault(uuid);

        public void Set(Guid uuid, OvsdbRow? before, OvsdbRow? after)
        {
            if (after is null)
                _rows.Remove(uuid);
            else
                _rows[uuid] = after;
            foreach (IndexState.Builder index in _indexes)
                index.Change(uuid, before, after);
        }

        public TableState ToState() => new(state.Table, _rows.ToImmutable(), [.. _indexes.Select(index => index.ToState())]);
    }
}
