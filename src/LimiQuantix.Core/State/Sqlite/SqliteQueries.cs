using LimiQuantix.State;
using Microsoft.Data.Sqlite;

namespace LimiQuantix.Core.State.Sqlite;

/// <summary>The state contract's reads. Pages are bounded by bytes as well as by number.</summary>
internal static class SqliteQueries
{
    private const int MaxChanges = 256;
    private const long MaxPageBytes = 16L << 20;

    /// <summary>Gives one entry.</summary>
    public static StateEntry? Get(SqliteConnection connection, string key)
    {
        using var command = connection.Command("SELECT key, version, value FROM entries WHERE key = $1", key);
        using var rows = command.ExecuteReader();
        return rows.Read() ? Entry(rows) : null;
    }

    /// <summary>Gives a page of entries.</summary>
    public static StatePage List(SqliteConnection connection, StateQuery query)
    {
        var now = SqliteMeta.Read(connection);
        var value = query.KeysOnly ? "x''" : "e.value";
        var sql = query.IndexName is null
            ? $"SELECT e.key, e.version, {value} FROM entries e WHERE e.key >= $1 AND e.key < $2 AND e.key > $3 ORDER BY e.key LIMIT $4"
            : $"""
               SELECT e.key, e.version, {value} FROM indexes i JOIN entries e ON e.key = i.key
               WHERE i.key >= $1 AND i.key < $2 AND i.key > $3 AND i.name = $5 AND i.value = $6 ORDER BY i.key LIMIT $4
               """;
        using var command = connection.Command(
            sql,
            query.Prefix,
            End(query.Prefix),
            Continuation.KeyAfter(query.Continuation, now.Era),
            query.Limit + 1,
            query.IndexName,
            query.IndexValue);
        using var rows = command.ExecuteReader();
        List<StateEntry> entries = [];
        long bytes = 0;
        var more = false;
        while (rows.Read())
        {
            more = entries.Count == query.Limit || bytes > MaxPageBytes;
            if (more) break;
            entries.Add(Entry(rows));
            bytes += entries[^1].Value.Length;
        }

        return new StatePage
        {
            Entries = entries,
            Cursor = now.Cursor.ToString(),
            Era = now.Era,
            Continuation = more ? new Continuation(now.Era, entries[^1].Key).ToString() : null,
        };
    }

    /// <summary>Gives the next changes below a prefix.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="prefix">The keys' beginning.</param>
    /// <param name="after">The place in the log to begin after.</param>
    /// <returns>The changes, and the place to go on after. No changes: nothing more for now.</returns>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Conflict"/>: the changes are not kept any more, or it is another era's.</exception>
    public static (IReadOnlyList<StateChange> Changes, StateCursor After) Changes(SqliteConnection connection, string prefix, StateCursor after)
    {
        var now = SqliteMeta.Read(connection);
        if (after.Era != now.Era || after.Position > now.Cursor.Position) throw StateErrors.OtherEra(after.Era, now.Era);
        if (after.Position < SqliteMeta.EndOf(now.Pruned)) throw StateErrors.CursorTooOld();
        using var command = connection.Command(
            "SELECT sequence, key, value FROM changes WHERE sequence > $1 AND key >= $2 AND key < $3 ORDER BY sequence LIMIT $4",
            after.Position,
            prefix,
            End(prefix),
            MaxChanges);
        using var rows = command.ExecuteReader();
        List<StateChange> changes = [];
        long bytes = 0;
        while (rows.Read())
        {
            var change = Change(rows, now.Era);
            changes.Add(change);
            bytes += change.Entry?.Value.Length ?? 0;
            if (changes.Count == MaxChanges || bytes > MaxPageBytes) return (changes, after with { Position = rows.GetInt64(0) });
        }

        // Everything up to this moment was looked at, also what is not below the prefix.
        return (changes, now.Cursor);
    }

    // Keys have nothing above '~'.
    private static string End(string prefix) => prefix + "\u007f";

    private static StateEntry Entry(SqliteDataReader row) =>
        new() { Key = row.GetString(0), Version = row.GetInt64(1), Value = row.GetFieldValue<byte[]>(2) };

    private static StateChange Change(SqliteDataReader row, long era)
    {
        var key = row.GetString(1);
        var cursor = new StateCursor(era, row.GetInt64(0));
        var revision = cursor.Position / SqliteMeta.SequencesPerRevision;
        return new StateChange
        {
            Key = key,
            Revision = revision,
            Cursor = cursor.ToString(),
            Entry = row.IsDBNull(2) ? null : new StateEntry { Key = key, Version = revision, Value = row.GetFieldValue<byte[]>(2) },
        };
    }
}
