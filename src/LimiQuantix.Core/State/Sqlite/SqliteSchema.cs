using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace LimiQuantix.Core.State.Sqlite;

/// <summary>Brings a state file to this program's schema, after a backup; refuses files of newer programs and foreign ones.</summary>
internal sealed partial class SqliteSchema(
    string path, IReadOnlyList<SqliteMigration> migrations, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>"LQst": marks a file as a state file.</summary>
    private const long ApplicationId = 0x4C517374;

    private readonly int _version = migrations[^1].Version;

    /// <summary>Looks without changing anything.</summary>
    /// <returns>Whether the file has this program's schema already.</returns>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NewerState"/>, <see cref="ErrorCodes.DataCorrupt"/>.</exception>
    public bool Check(SqliteConnection connection)
    {
        if (IsInTransaction(connection)) return Look(connection);

        // One snapshot: between two statements another process may give a new file its schema.
        connection.Execute("BEGIN");
        try
        {
            return Look(connection);
        }
        finally
        {
            if (IsInTransaction(connection)) connection.Execute("ROLLBACK");
        }
    }

    /// <summary>Refuses a file that another program has brought to a newer schema while this one has it open.</summary>
    public void CheckUnchanged(SqliteConnection connection)
    {
        var version = VersionOf(connection);
        if (version != _version) throw SqliteErrors.Newer(path, version, _version);
    }

    /// <summary>Takes the missing steps. The connection has begun a write transaction; its end is the caller's.</summary>
    /// <param name="connection">The connection with the transaction.</param>
    /// <param name="openSource">Opens another connection, which a backup is read from.</param>
    public void Migrate(SqliteConnection connection, Func<SqliteConnection> openSource)
    {
        var before = VersionOf(connection);
        if (before > 0)
        {
            using var source = openSource();
            var backup = Backup(source, before);
            LogMigrates(path, before, _version, backup);
        }

        connection.CreateFunction("newest_first", (string segment) => StateKey.Invert(segment), isDeterministic: true);
        foreach (var migration in migrations.Where(migration => migration.Version > before)) connection.Execute(migration.Sql);
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {_version}"));
    }

    private bool Look(SqliteConnection connection)
    {
        var version = VersionOf(connection);
        if (version > _version) throw SqliteErrors.Newer(path, version, _version);
        if (connection.Number("PRAGMA application_id") != ApplicationId && connection.Number("SELECT count(*) FROM sqlite_master") > 0)
        {
            throw SqliteErrors.Foreign(path);
        }

        return version == _version;
    }

    // The write transaction keeps everybody from changing what is being copied.
    private string Backup(SqliteConnection source, long version)
    {
        var time = timeProvider.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);
        var target = string.Create(CultureInfo.InvariantCulture, $"{path}.v{version}-{time}.backup");
        var unfinished = target + ".tmp";
        SqliteFile.Create(unfinished);
        using (var copy = SqliteFile.Open(unfinished))
        {
            source.BackupDatabase(copy);
            // One file, nothing beside it.
            copy.Execute("PRAGMA journal_mode = DELETE");
        }

        File.Move(unfinished, target);
        return target;
    }

    private static bool IsInTransaction(SqliteConnection connection) => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    private static long VersionOf(SqliteConnection connection) => connection.Number("PRAGMA user_version") ?? 0;

    [LoggerMessage(1, LogLevel.Information, "The state file {Path} goes from schema version {Before} to {After}; its backup is {Backup}.")]
    private partial void LogMigrates(string path, long before, int after, string backup);
}
