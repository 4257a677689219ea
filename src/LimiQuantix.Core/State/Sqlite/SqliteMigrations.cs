namespace LimiQuantix.Core.State.Sqlite;

/// <summary>The schema of the state file, as the steps that lead to it.</summary>
internal static class SqliteMigrations
{
    /// <summary>Every step, in order.</summary>
    public static IReadOnlyList<SqliteMigration> All { get; } =
    [
        // A change's sequence is its revision * 64 + its place in the transaction: a transaction changes at most 64 keys.
        new(1, """
            CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
            INSERT INTO meta (name, value) VALUES ('revision', 0), ('pruned', 0);
            CREATE TABLE entries (key TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, value BLOB NOT NULL);
            CREATE TABLE indexes (name TEXT NOT NULL, value TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (name, value, key)) WITHOUT ROWID;
            CREATE INDEX indexes_by_key ON indexes (key);
            CREATE TABLE changes (sequence INTEGER PRIMARY KEY, key TEXT NOT NULL, value BLOB);
            CREATE TABLE leases (name TEXT NOT NULL PRIMARY KEY, holder TEXT, token INTEGER NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
            """),
    ];
}
