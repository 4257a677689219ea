using LimiQuantix.State;
using Microsoft.Data.Sqlite;

namespace LimiQuantix.Core.State.Sqlite;

/// <summary>Leases as rows. No time is stored: a contender counts by itself.</summary>
internal sealed class SqliteLeases(TimeProvider timeProvider)
{
    private readonly LeaseObservations _observations = new(timeProvider);

    /// <summary>Takes or renews a lease.</summary>
    public (bool Keep, StateLease? Lease) Acquire(SqliteConnection connection, string name, string holder, TimeSpan duration)
    {
        string? heldBy = null;
        long token = 0, renewal = 0, heldFor = 0;
        using (var command = connection.Command("SELECT holder, token, renewal, duration_ms FROM leases WHERE name = $1", name))
        using (var row = command.ExecuteReader())
        {
            if (row.Read())
            {
                heldBy = row.IsDBNull(0) ? null : row.GetString(0);
                (token, renewal, heldFor) = (row.GetInt64(1), row.GetInt64(2), row.GetInt64(3));
            }
        }

        if (heldBy == holder)
        {
            renewal++;
        }
        else
        {
            var isFree = heldBy is null
                || _observations.HasLapsed(name, holder, new LeaseMark(heldBy, token, renewal), TimeSpan.FromMilliseconds(heldFor));
            if (!isFree) return (false, null);
            (token, renewal) = (token + 1, 0);
        }

        _observations.Forget(name, holder);
        connection.Execute(
            "INSERT OR REPLACE INTO leases (name, holder, token, renewal, duration_ms) VALUES ($1, $2, $3, $4, $5)",
            name,
            holder,
            token,
            renewal,
            (long)Math.Ceiling(duration.TotalMilliseconds));
        return (true, new StateLease { Name = name, Holder = holder, Token = token, Era = SqliteMeta.Read(connection).Era });
    }

    /// <summary>Gives a lease back. Its token stays, so that the next holder's is greater.</summary>
    public static bool Release(SqliteConnection connection, StateLease lease) =>
        IsHeld(connection, lease, SqliteMeta.Read(connection).Era)
        && connection.Execute("UPDATE leases SET holder = NULL WHERE name = $1", lease.Name) > 0;

    /// <summary>Whether a lease is still held, by era, holder and token.</summary>
    public static bool IsHeld(SqliteConnection connection, StateLease fence, long era) =>
        fence.Era == era
        && connection.Number(
            "SELECT 1 FROM leases WHERE name = $1 AND holder = $2 AND token = $3", fence.Name, fence.Holder, fence.Token) is not null;
}
