using System.Collections.Immutable;

namespace Ovsdb.Replication;

/// <summary>An index at one moment: a key's row, or its rows.</summary>
internal sealed class IndexState(OvsdbIndex index, ImmutableDictionary<object, object> rows)
{
    public OvsdbIndex Index { get; } = index;

    public static IndexState Empty(OvsdbIndex index) => new(index, ImmutableDictionary<object, object>.Empty);

    public IReadOnlyCollection<Guid> Find(object key) => rows.GetValueOrDefault(key) switch
    {
        null => [],
        Guid one => [one],
        object many => (ImmutableHashSet<Guid>)many,
    };

    public Builder ToBuilder() => new(Index, rows.ToBuilder());

    /// <summary>An index while it changes.</summary>
    internal sealed class Builder(OvsdbIndex index, ImmutableDictionary<object, object>.Builder rows)
    {
        public void Change(Guid uuid, OvsdbRow? before, OvsdbRow? after)
        {
            if (before is not null && after is not null && ReferenceEquals(before.Values[index.Column.Ordinal], after.Values[index.Column.Ordinal]))
                return;
            HashSet<object>? gone = before is null ? null : [.. index.KeysOf(before)];
            if (after is not null)
            {
                object boxed = uuid;
                foreach (object key in index.KeysOf(after))
                {
                    if (gone?.Remove(key) != true)
                        Add(key, uuid, boxed);
                }
            }

            foreach (object key in gone ?? [])
                Remove(key, uuid);
        }

        public IndexState ToState() => new(index, rows.ToImmutable());

        private void Add(object key, Guid uuid, object boxed)
        {
            rows[key] = rows.GetValueOrDefault(key) switch
            {
                null => boxed,
                Guid one => one == uuid ? boxed : ImmutableHashSet.Create(one, uuid),
                object many => ((ImmutableHashSet<Guid>)many).Add(uuid),
            };
        }

        private void Remove(object key, Guid uuid)
        {
            if (rows.GetValueOrDefault(key) is ImmutableHashSet<Guid> many && many.Remove(uuid) is { Count: > 0 } left)
                rows[key] = left.Count == 1 ? left.First() : left;
            else
                rows.Remove(key);
        }
    }
}
