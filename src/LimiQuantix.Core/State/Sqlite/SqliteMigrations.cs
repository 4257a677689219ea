namespace LimiQuantix.Core.State.Sqlite;

/// <summary>The schema of the state file, as the steps that lead to it.</summary>
internal static class SqliteMigrations
{
    /// <summary>Every step, in order.</summary>
    public static IReadOnlyList<SqliteMigration> All { get; } =
    [
        // A change's sequence was its revision * 64 + its place in the transaction.
        new(1, """
            CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
            INSERT INTO meta (name, value) VALUES ('revision', 0), ('pruned', 0);
            CREATE TABLE entries (key TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, value BLOB NOT NULL);
            CREATE TABLE indexes (name TEXT NOT NULL, value TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (name, value, key)) WITHOUT ROWID;
            CREATE INDEX indexes_by_key ON indexes (key);
            CREATE TABLE changes (sequence INTEGER PRIMARY KEY, key TEXT NOT NULL, value BLOB);
            CREATE TABLE leases (name TEXT NOT NULL PRIMARY KEY, holder TEXT, token INTEGER NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
            """),

        // A revision has room for 128 changes now; watches begin anew with a list, so the log begins anew too. Eras, outcomes, and leases
        // without a clock: a lease that somebody holds is theirs until it was seen unchanged for the default duration. Operations are listed
        // newest first by their keys. 'store' gets a random number with the first mark.
        new(2, """
            INSERT INTO meta (name, value) VALUES ('era', 1), ('outcomes', 0), ('store', 0);
            DELETE FROM changes;
            UPDATE meta SET value = (SELECT value FROM meta WHERE name = 'revision') WHERE name = 'pruned';
            CREATE TABLE outcomes (id BLOB NOT NULL PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID;
            ALTER TABLE leases RENAME TO former_leases;
            CREATE TABLE leases (
                name TEXT NOT NULL PRIMARY KEY, holder TEXT, token INTEGER NOT NULL, renewal INTEGER NOT NULL, duration_ms INTEGER NOT NULL)
                WITHOUT ROWID;
            INSERT INTO leases (name, holder, token, renewal, duration_ms) SELECT name, holder, token, 0, 15000 FROM former_leases;
            DROP TABLE former_leases;
            UPDATE entries SET key = 'operations/' || newest_first(substr(key, 12)) WHERE key >= 'operations/' AND key < 'operations0';
            UPDATE indexes SET key = 'operations/' || newest_first(substr(key, 12)) WHERE key >= 'operations/' AND key < 'operations0';
            """),
    ];
}
