using LimiQuantix.State;
using Microsoft.Data.Sqlite;

namespace LimiQuantix.Core.State.Sqlite;

/// <summary>The state contract's transaction as statements of one SQL transaction.</summary>
internal sealed class SqliteTransactions(SqliteStateOptions options, TimeProvider timeProvider)
{
    /// <summary>How many changes a revision has room for in the log's sequence.</summary>
    public const int SequencesPerRevision = 64;

    private const int PruneEvery = 256;
    private long _bytesSincePrune;

    /// <summary>The store's revision.</summary>
    public static long RevisionOf(SqliteConnection connection) =>
        connection.Number("SELECT value FROM meta WHERE name = 'revision'") ?? 0;

    /// <summary>Makes all changes when all conditions hold.</summary>
    public (bool Keep, StateCommit Commit) Commit(SqliteConnection connection, StateTransaction transaction)
    {
        var revision = RevisionOf(connection);
        if (transaction.Fence is { } fence && !IsHeld(connection, fence))
        {
            return (false, new StateCommit { IsCommitted = false, Revision = revision, IsFenced = true });
        }

        foreach (var condition in transaction.Conditions)
        {
            var version = connection.Number("SELECT version FROM entries WHERE key = $1", condition.Key) ?? 0;
            if (version == condition.ExpectedVersion) continue;
            return (false, new StateCommit { IsCommitted = false, Revision = revision, FailedKey = condition.Key });
        }

        var next = revision + 1;
        var changes = 0;
        foreach (var mutation in transaction.Mutations)
        {
            if (!Apply(connection, mutation, next)) continue;
            connection.Execute(
                "INSERT INTO changes (sequence, key, value) VALUES ($1, $2, $3)",
                next * SequencesPerRevision + changes,
                mutation.Key,
                mutation.Value?.ToArray());
            changes++;
            _bytesSincePrune += mutation.Value?.Length ?? 0;
        }

        if (changes == 0) return (false, new StateCommit { IsCommitted = true, Revision = revision });
        connection.Execute("UPDATE meta SET value = $1 WHERE name = 'revision'", next);
        Prune(connection, next);
        return (true, new StateCommit { IsCommitted = true, Revision = next });
    }

    /// <summary>Takes or renews a lease.</summary>
    public (bool Keep, StateLease? Lease) Acquire(SqliteConnection connection, string name, string holder, TimeSpan duration)
    {
        var now = timeProvider.GetUtcNow();
        var isHeld = false;
        string? heldBy = null;
        long token = 0;
        using (var command = connection.Command("SELECT holder, token, expires_at FROM leases WHERE name = $1", name))
        using (var row = command.ExecuteReader())
        {
            if (row.Read())
            {
                heldBy = row.IsDBNull(0) ? null : row.GetString(0);
                token = row.GetInt64(1);
                isHeld = heldBy is not null && row.GetInt64(2) > now.UtcTicks;
            }
        }

        if (isHeld && heldBy != holder) return (false, null);
        // A lease that lapsed is lost even when its holder comes back first: what it does under the old token is refused.
        if (!isHeld) token++;
        var lease = new StateLease { Name = name, Holder = holder, Token = token, ExpiresAt = now + duration };
        connection.Execute(
            "INSERT OR REPLACE INTO leases (name, holder, token, expires_at) VALUES ($1, $2, $3, $4)", name, holder, token, lease.ExpiresAt.UtcTicks);
        return (true, lease);
    }

    /// <summary>Gives a lease back. Its token stays, so that the next holder's is greater.</summary>
    public static bool Release(SqliteConnection connection, StateLease lease) =>
        connection.Execute(
            "UPDATE leases SET holder = NULL WHERE name = $1 AND holder = $2 AND token = $3", lease.Name, lease.Holder, lease.Token) > 0;

    private bool IsHeld(SqliteConnection connection, StateLease fence) =>
        connection.Number(
            "SELECT 1 FROM leases WHERE name = $1 AND holder = $2 AND token = $3 AND expires_at > $4",
            fence.Name,
            fence.Holder,
            fence.Token,
            timeProvider.GetUtcNow().UtcTicks) is not null;

    private static bool Apply(SqliteConnection connection, StateMutation mutation, long revision)
    {
        connection.Execute("DELETE FROM indexes WHERE key = $1", mutation.Key);
        if (mutation.Value is not { } value) return connection.Execute("DELETE FROM entries WHERE key = $1", mutation.Key) > 0;
        connection.Execute(
            """
            INSERT INTO entries (key, version, value) VALUES ($1, $2, $3)
            ON CONFLICT (key) DO UPDATE SET version = excluded.version, value = excluded.value
            """,
            mutation.Key,
            revision,
            value.ToArray());
        foreach (var (name, indexValue) in mutation.Indexes)
        {
            connection.Execute("INSERT INTO indexes (name, value, key) VALUES ($1, $2, $3)", name, indexValue, mutation.Key);
        }

        return true;
    }

    // Forgets the oldest changes, by number and by size; a watch that is behind them is told to list again.
    private void Prune(SqliteConnection connection, long revision)
    {
        if (revision % PruneEvery != 0 && _bytesSincePrune < options.KeptBytes / 4) return;
        _bytesSincePrune = 0;
        var byNumber = revision - options.KeptRevisions;
        var bySize = connection.Number(
            """
            SELECT max(sequence) FROM (SELECT sequence, sum(length(value)) OVER (ORDER BY sequence DESC) AS total FROM changes)
            WHERE total > $1
            """,
            options.KeptBytes) / SequencesPerRevision;
        var pruned = Math.Min(Math.Max(byNumber, bySize ?? 0), revision - 1);
        if (pruned <= (connection.Number("SELECT value FROM meta WHERE name = 'pruned'") ?? 0)) return;
        connection.Execute("DELETE FROM changes WHERE sequence < $1", (pruned + 1) * SequencesPerRevision);
        connection.Execute("UPDATE meta SET value = $1 WHERE name = 'pruned'", pruned);
    }
}
