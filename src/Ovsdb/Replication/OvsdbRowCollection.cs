using System.Collections;
using Ovsdb.Replication;

namespace Ovsdb;

/// <summary>A table of a snapshot.</summary>
/// <typeparam name="TRow">The type of its rows.</typeparam>
public sealed class OvsdbRowCollection<TRow> : IReadOnlyCollection<TRow>
    where TRow : OvsdbRow
{
    private readonly TableState _state;

    internal OvsdbRowCollection(TableState state) => _state = state;

    /// <inheritdoc/>
    public int Count => _state.Rows.Count;

    /// <summary>The row with an id, or null.</summary>
    public TRow? Find(Guid uuid) => (TRow?)_state.Rows.GetValueOrDefault(uuid);

    /// <summary>The rows with these ids that are there; what a column of references, such as <c>ports</c>, names.</summary>
    public IEnumerable<TRow> Find(IEnumerable<Guid> uuids)
    {
        ArgumentNullException.ThrowIfNull(uuids);
        return uuids.Select(Find).OfType<TRow>();
    }

    /// <summary>The rows whose column has a value; whose set has an element; whose map has a key. Needs an index.</summary>
    /// <exception cref="InvalidOperationException">The replica has no such index.</exception>
    public IEnumerable<TRow> Where(OvsdbColumn column, object value)
    {
        ArgumentNullException.ThrowIfNull(column);
        ArgumentNullException.ThrowIfNull(value);
        return Rows(_state.IndexOn(column, null).Find(value is int small ? (long)small : value));
    }

    /// <summary>The rows whose map has a value at a key. Needs an index.</summary>
    /// <exception cref="InvalidOperationException">The replica has no such index.</exception>
    public IEnumerable<TRow> Where(OvsdbColumn column, string key, object value)
    {
        ArgumentNullException.ThrowIfNull(column);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        return Rows(_state.IndexOn(column, key).Find(value));
    }

    /// <inheritdoc/>
    public IEnumerator<TRow> GetEnumerator()
    {
        foreach (KeyValuePair<Guid, OvsdbRow> pair in _state.Rows)
            yield return (TRow)pair.Value;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<TRow> Rows(IReadOnlyCollection<Guid> uuids) => uuids.Select(uuid => (TRow)_state.Rows[uuid]);
}
