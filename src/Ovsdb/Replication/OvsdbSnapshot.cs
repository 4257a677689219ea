using Ovsdb.Replication;

namespace Ovsdb;

/// <summary>A database's content at one moment between two transactions. It never changes, and may be kept and read by any number of threads.</summary>
public sealed class OvsdbSnapshot
{
    private readonly Dictionary<string, int> _places;

    internal OvsdbSnapshot(IReadOnlyList<TableState> tables, Guid transactionId, long version, Dictionary<string, int>? places = null)
    {
        Tables = tables;
        TransactionId = transactionId;
        Version = version;
        _places = places ?? tables.Select((table, i) => (table.Table.Name, i)).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>The database's last transaction that it has; zeros where the server, such as one without a cluster, keeps no ids.</summary>
    public Guid TransactionId { get; }

    /// <summary>Counts up with every change of the replica.</summary>
    public long Version { get; }

    internal IReadOnlyList<TableState> Tables { get; }

    internal Dictionary<string, int> Places => _places;

    /// <summary>A table by its row type.</summary>
    /// <exception cref="InvalidOperationException">The replica does not hold it.</exception>
    public OvsdbRowCollection<TRow> Table<TRow>()
        where TRow : OvsdbRow, IOvsdbRow<TRow>
    {
        TableState state = State(TRow.Table.Name);
        if (!ReferenceEquals(state.Table, TRow.Table))
            throw new InvalidOperationException($"The replica holds {state.Table.Name} with rows of another type than {typeof(TRow).Name}: name {typeof(TRow).Name}.Table in its options.");
        return new OvsdbRowCollection<TRow>(state);
    }

    /// <summary>A table by its name.</summary>
    /// <exception cref="InvalidOperationException">The replica does not hold it.</exception>
    public OvsdbRowCollection<OvsdbRow> Table(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new OvsdbRowCollection<OvsdbRow>(State(name));
    }

    /// <summary>What changed from this snapshot to another of the same replica.</summary>
    internal IReadOnlyList<OvsdbRowChange> ChangesTo(OvsdbSnapshot after)
    {
        List<OvsdbRowChange> changes = [];
        for (int i = 0; i < Tables.Count; i++)
        {
            TableState old = Tables[i], now = after.Tables[i];
            if (ReferenceEquals(old, now))
                continue;
            foreach (KeyValuePair<Guid, OvsdbRow> pair in now.Rows)
            {
                OvsdbRow? before = old.Rows.GetValueOrDefault(pair.Key);
                if (!ReferenceEquals(before, pair.Value) && before?.HasValuesOf(pair.Value) != true)
                    changes.Add(new OvsdbRowChange(before, pair.Value));
            }

            foreach (KeyValuePair<Guid, OvsdbRow> pair in old.Rows)
            {
                if (!now.Rows.ContainsKey(pair.Key))
                    changes.Add(new OvsdbRowChange(pair.Value, null));
            }
        }

        return changes;
    }

    private TableState State(string name) => _places.TryGetValue(name, out int place)
        ? Tables[place]
        : throw new InvalidOperationException($"The replica does not hold the table {name}; it holds {string.Join(", ", _places.Keys)}.");
}
