using Microsoft.Data.Sqlite;

namespace LimiQuantix.Core.State.Sqlite;

/// <summary>Where the store stands: the numbers of its <c>meta</c> table.</summary>
/// <param name="Store">A random number, chosen when the file was made.</param>
/// <param name="Era">The era.</param>
/// <param name="Revision">The revision of the last change.</param>
/// <param name="Pruned">The last revision whose changes are forgotten.</param>
/// <param name="Outcomes">The time up to which the outcomes of transactions are forgotten, in Unix milliseconds.</param>
internal sealed record SqliteMeta(long Store, long Era, long Revision, long Pruned, long Outcomes)
{
    /// <summary>How many changes a revision has room for in the log's sequence: a transaction has at most 100.</summary>
    public const int SequencesPerRevision = 128;

    /// <summary>The place after everything that happened.</summary>
    public StateCursor Cursor => new(Era, EndOf(Revision));

    /// <summary>The last sequence of a revision.</summary>
    public static long EndOf(long revision) => (revision + 1) * SequencesPerRevision - 1;

    /// <summary>Reads all of it.</summary>
    public static SqliteMeta Read(SqliteConnection connection)
    {
        long store = 0, era = 0, revision = 0, pruned = 0, outcomes = 0;
        using var command = connection.Command("SELECT name, value FROM meta");
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var value = rows.GetInt64(1);
            switch (rows.GetString(0))
            {
                case "store": store = value; break;
                case "era": era = value; break;
                case "revision": revision = value; break;
                case "pruned": pruned = value; break;
                case "outcomes": outcomes = value; break;
            }
        }

        return new SqliteMeta(store, era, revision, pruned, outcomes);
    }

    /// <summary>The store's revision alone.</summary>
    public static long RevisionOf(SqliteConnection connection) => connection.Number("SELECT value FROM meta WHERE name = 'revision'") ?? 0;

    /// <summary>Writes one of the numbers.</summary>
    public static void Write(SqliteConnection connection, string name, long value) =>
        connection.Execute("UPDATE meta SET value = $1 WHERE name = $2", value, name);
}
