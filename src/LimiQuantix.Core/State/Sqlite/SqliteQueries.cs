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
        var sql = query.IndexName is null
            ? "SELECT key, version, value FROM entries WHERE key >= $1 AND key < $2 AND key > $3 ORDER BY key LIMIT $4"
            : """
              SELECT e.key, e.version, e.value FROM indexes i JOIN entries e ON e.key = i.key
              WHERE i.key >= $1 AND i.key < $2 AND i.key > $3 AND i.name = $5 AND i.value = $6 ORDER BY i.key LIMIT $4
              """;
        using var command = connection.Command(
            sql, query.Prefix, End(query.Prefix), query.Continuation ?? "", query.Limit + 1, query.IndexName, query.IndexValue);
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
            Revision = SqliteTransactions.RevisionOf(connection),
            Continuation = more ? entries[^1].Key : null,
        };
    }

    /// <summary>Gives the next changes below a prefix.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="prefix">The keys' beginning.</param>
    /// <param name="after">The log's sequence to begin after.</param>
    /// <returns>The changes, and the sequence to go on after. No changes: nothing more for now.</returns>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Conflict"/>: the changes are not kept any more.</exception>
    public static (IReadOnlyList<StateChange> Changes, long After) Changes(SqliteConnection connection, string prefix, long after)
    {
        var pruned = connection.Number("SELECT value FROM meta WHERE name = 'pruned'") ?? 0;
        if (after < EndOf(pruned))
        {
            throw StateErrors.RevisionTooOld(after / SqliteTransactions.SequencesPerRevision, pruned);
        }

        using var command = connection.Command(
            "SELECT sequence, key, value FROM changes WHERE sequence > $1 AND key >= $2 AND key < $3 ORDER BY sequence LIMIT $4",
            after,
            prefix,
            End(prefix),
            MaxChanges);
        using var rows = command.ExecuteReader();
        List<StateChange> changes = [];
        long bytes = 0;
        while (rows.Read())
        {
            var change = Change(rows);
            changes.Add(change);
            bytes += change.Entry?.Value.Length ?? 0;
            if (changes.Count == MaxChanges || bytes > MaxPageBytes) return (changes, rows.GetInt64(0));
        }

        // Everything up to this moment was looked at, also what is not below the prefix.
        return (changes, EndOf(SqliteTransactions.RevisionOf(connection)));
    }

    /// <summary>The last sequence of a revision.</summary>
    public static long EndOf(long revision) => (revision + 1) * SqliteTransactions.SequencesPerRevision - 1;

    // Keys have nothing above '~'.
    private static string End(string prefix) => prefix + "\u007f";

    private static StateEntry Entry(SqliteDataReader row) =>
        new() { Key = row.GetString(0), Version = row.GetInt64(1), Value = row.GetFieldValue<byte[]>(2) };

    private static StateChange Change(SqliteDataReader row)
    {
        var key = row.GetString(1);
        var revision = row.GetInt64(0) / SqliteTransactions.SequencesPerRevision;
        return new StateChange
        {
            Key = key,
            Revision = revision,
            Entry = row.IsDBNull(2) ? null : new StateEntry { Key = key, Version = revision, Value = row.GetFieldValue<byte[]>(2) },
        };
    }
}
