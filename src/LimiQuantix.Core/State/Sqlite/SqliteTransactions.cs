using System.Text;
using LimiQuantix.State;
using Microsoft.Data.Sqlite;

namespace LimiQuantix.Core.State.Sqlite;

/// <summary>The state contract's transaction as statements of one SQL transaction.</summary>
internal sealed class SqliteTransactions(SqliteStateOptions options)
{
    private const int PruneEvery = 256;
    private long _bytesSincePrune;

    /// <summary>Makes all changes when fence and conditions hold, unless it made them before.</summary>
    public (bool Keep, StateCommit Commit) Commit(SqliteConnection connection, StateTransaction transaction, StateExtent extent)
    {
        var meta = SqliteMeta.Read(connection);
        var id = TransactionId.Bytes(transaction.Id);
        if (connection.Number("SELECT revision FROM outcomes WHERE id = $1", id) is { } made)
        {
            return (false, new StateCommit { IsCommitted = true, Revision = made });
        }

        if (TransactionId.TimeOf(transaction.Id) < meta.Outcomes) throw StateErrors.OutcomeForgotten(transaction, meta.Outcomes);
        if (transaction.Fence is { } fence && !SqliteLeases.IsHeld(connection, fence, meta.Era))
        {
            return (false, new StateCommit { IsCommitted = false, Revision = meta.Revision, IsFenced = true });
        }

        foreach (var condition in transaction.Conditions)
        {
            var version = connection.Number("SELECT version FROM entries WHERE key = $1", condition.Key) ?? 0;
            if (version == condition.ExpectedVersion) continue;
            return (false, new StateCommit { IsCommitted = false, Revision = meta.Revision, FailedKey = condition.Key });
        }

        var next = meta.Revision + 1;
        var changes = 0;
        foreach (var mutation in transaction.Mutations)
        {
            if (!Apply(connection, mutation, next, extent)) continue;
            connection.Execute(
                "INSERT INTO changes (sequence, key, value) VALUES ($1, $2, $3)",
                next * SqliteMeta.SequencesPerRevision + changes,
                mutation.Key,
                mutation.Value?.ToArray());
            changes++;
            _bytesSincePrune += mutation.Value?.Length ?? 0;
        }

        extent.Check();
        // What changed nothing needs no outcome: made again it would be made for the first time.
        if (changes == 0) return (false, new StateCommit { IsCommitted = true, Revision = meta.Revision });
        connection.Execute("INSERT INTO outcomes (id, revision) VALUES ($1, $2)", id, next);
        SqliteMeta.Write(connection, "revision", next);
        Prune(connection, next, meta.Pruned);
        return (true, new StateCommit { IsCommitted = true, Revision = next });
    }

    /// <summary>Forgets old outcomes.</summary>
    public static (bool Keep, bool IsHeld) Forget(SqliteConnection connection, DateTimeOffset before, StateLease fence)
    {
        var meta = SqliteMeta.Read(connection);
        if (!SqliteLeases.IsHeld(connection, fence, meta.Era)) return (false, false);
        if (Newest(connection) is not { } newest) return (false, true);
        var watermark = Math.Max(meta.Outcomes, TransactionId.Watermark(before, TransactionId.TimeOf(newest)));
        SqliteMeta.Write(connection, "outcomes", watermark);
        connection.Execute("DELETE FROM outcomes WHERE id < $1", TransactionId.LeastBytes(watermark));
        return (true, true);
    }

    /// <summary>
    /// Begins a new era. Revisions go on far beyond those of the former eras, so that no version stands for two things; every lease is free,
    /// every cursor void.
    /// </summary>
    public static SqliteMeta RaiseEra(SqliteConnection connection, long above)
    {
        var meta = SqliteMeta.Read(connection);
        var era = StateBounds.NextEra(meta.Era, above);
        var revision = StateBounds.FirstRevision(era, meta.Revision);
        SqliteMeta.Write(connection, "era", era);
        SqliteMeta.Write(connection, "revision", revision);
        SqliteMeta.Write(connection, "pruned", revision);
        // A leader's clock that was wrong may have forgotten too much: an operator's new era mends that too.
        SqliteMeta.Write(connection, "outcomes", 0);
        connection.Execute("DELETE FROM changes");
        connection.Execute("UPDATE leases SET holder = NULL");
        return SqliteMeta.Read(connection);
    }

    private static Guid? Newest(SqliteConnection connection)
    {
        using var command = connection.Command("SELECT max(id) FROM outcomes");
        return command.ExecuteScalar() is byte[] bytes ? new Guid(bytes, bigEndian: true) : null;
    }

    private static bool Apply(SqliteConnection connection, StateMutation mutation, long revision, StateExtent extent)
    {
        var isListedAlike = ListedAlike(connection, mutation, extent);
        if (!isListedAlike) connection.Execute("DELETE FROM indexes WHERE key = $1", mutation.Key);
        if (mutation.Value is not { } value) return connection.Execute("DELETE FROM entries WHERE key = $1", mutation.Key) > 0;
        connection.Execute(
            """
            INSERT INTO entries (key, version, value) VALUES ($1, $2, $3)
            ON CONFLICT (key) DO UPDATE SET version = excluded.version, value = excluded.value
            """,
            mutation.Key,
            revision,
            value.ToArray());
        if (isListedAlike) return true;
        foreach (var index in mutation.Indexes)
        {
            connection.Execute("INSERT INTO indexes (name, value, key) VALUES ($1, $2, $3)", index.Name, index.Value, mutation.Key);
        }

        return true;
    }

    // Most changes leave the pairs as they are: nothing is to be written then.
    private static bool ListedAlike(SqliteConnection connection, StateMutation mutation, StateExtent extent)
    {
        HashSet<(string, string)> former = [];
        using (var command = connection.Command("SELECT name, value FROM indexes WHERE key = $1", mutation.Key))
        using (var rows = command.ExecuteReader())
        {
            while (rows.Read())
            {
                former.Add((rows.GetString(0), rows.GetString(1)));
                extent.AddPair(mutation.Key, rows.GetString(0), Encoding.UTF8.GetByteCount(rows.GetString(1)));
            }
        }

        return former.Count == mutation.Indexes.Count && mutation.Indexes.All(index => former.Contains((index.Name, index.Value)));
    }

    // Forgets the oldest changes, by number and by size; a watch that is behind them is told to list again.
    private void Prune(SqliteConnection connection, long revision, long formerlyPruned)
    {
        if (revision % PruneEvery != 0 && _bytesSincePrune < options.KeptBytes / 4) return;
        _bytesSincePrune = 0;
        var byNumber = revision - options.KeptRevisions;
        var bySize = connection.Number(
            """
            SELECT max(sequence) FROM (SELECT sequence, sum(length(value)) OVER (ORDER BY sequence DESC) AS total FROM changes)
            WHERE total > $1
            """,
            options.KeptBytes) / SqliteMeta.SequencesPerRevision;
        var pruned = Math.Min(Math.Max(byNumber, bySize ?? 0), revision - 1);
        if (pruned <= formerlyPruned) return;
        connection.Execute("DELETE FROM changes WHERE sequence < $1", (pruned + 1) * SqliteMeta.SequencesPerRevision);
        SqliteMeta.Write(connection, "pruned", pruned);
    }
}
