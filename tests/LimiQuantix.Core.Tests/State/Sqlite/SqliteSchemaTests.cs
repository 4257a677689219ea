using System.Runtime.Versioning;
using LimiQuantix.Conformance;
using LimiQuantix.Core.State.Sqlite;
using LimiQuantix.State;
using LimiQuantix.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Core.Tests.State.Sqlite;

/// <summary>What becomes of a state file over the years.</summary>
[TestFixture]
internal sealed class SqliteSchemaTests
{
    private static readonly IReadOnlyList<SqliteMigration> Newer =
    [
        .. SqliteMigrations.All,
        new SqliteMigration(SqliteMigrations.All[^1].Version + 1, "ALTER TABLE entries ADD COLUMN colour TEXT"),
    ];

    private TemporaryFolder _folder = null!;

    private string FilePath => _folder.Combine("state.db");

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task State_survives_a_restart()
    {
        await PutAsync(SqliteMigrations.All, "old");
        await using var store = Open(SqliteMigrations.All);

        Assert.That((await store.GetAsync("a"))!.Value.ToArray(), Is.EqualTo("old"u8.ToArray()));
        Assert.That(Backups(), Is.Empty);
    }

    [Test]
    public async Task File_and_folder_are_for_this_user_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Unix file modes.");
            return;
        }

        var path = Path.Combine(_folder.Path, "new", "state.db");
        await using var store = StateChild.Open(path);
        await store.CommitAsync(new StateTransaction { Mutations = [new StateMutation { Key = "a", Value = "x"u8.ToArray() }] });

        const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.That(ModeOf(path), Is.EqualTo(Mine));
        Assert.That(ModeOf(path + "-wal"), Is.EqualTo(Mine));
        Assert.That(ModeOf(Path.GetDirectoryName(path)!), Is.EqualTo(Mine | UnixFileMode.UserExecute));
    }

    [Test]
    public async Task Upgrade_keeps_the_state_and_makes_a_backup_that_the_older_program_reads()
    {
        await PutAsync(SqliteMigrations.All, "old");
        await PutAsync(Newer, "new");

        var backup = Backups().Single();
        Assert.That(Path.GetFileName(backup), Does.StartWith("state.db.v2-2"));
        if (!OperatingSystem.IsWindows()) Assert.That(ModeOf(backup), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        await using var old = new SqliteStateStore(
            new SqliteStateOptions { Path = backup }, TimeProvider.System, NullLogger<SqliteStateStore>.Instance, SqliteMigrations.All);
        Assert.That((await old.GetAsync("a"))!.Value.ToArray(), Is.EqualTo("old"u8.ToArray()));
    }

    [Test]
    public void File_that_another_process_gives_its_schema_during_the_look_is_not_foreign()
    {
        SqliteFile.Create(FilePath);
        using var other = SqliteFile.Open(FilePath);
        other.Execute("PRAGMA journal_mode = WAL");
        var schema = new SqliteSchema(FilePath, SqliteMigrations.All, TimeProvider.System, NullLogger.Instance);
        using var looking = SqliteFile.Open(FilePath);
        SQLitePCL.raw.sqlite3_trace(looking.Handle, (_, statement) => { if (statement.Contains("sqlite_master", StringComparison.Ordinal)) Migrate(); }, null);

        Assert.That(schema.Check(looking), Is.False);
        Assert.That(schema.Check(other), Is.True);

        void Migrate()
        {
            if (schema.Check(other)) return;
            other.Execute("BEGIN IMMEDIATE");
            schema.Migrate(other, () => SqliteFile.Open(FilePath));
            other.Execute("COMMIT");
        }
    }

    [Test]
    public async Task Older_program_refuses_a_newer_file_by_name_and_leaves_it_alone()
    {
        await PutAsync(Newer, "new");
        var before = await File.ReadAllBytesAsync(FilePath);
        await using var old = Open(SqliteMigrations.All);

        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => old.GetAsync("a"));

        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.NewerState));
        Assert.That(thrown.Message, Does.Contain("schema version 3").And.Contain("up to 2").And.Contain(FilePath));
        Assert.That(thrown.Remedy, Does.Contain(".v2-"));
        Assert.That(await File.ReadAllBytesAsync(FilePath), Is.EqualTo(before));
        Assert.That((await old.CheckHealthAsync()).Status, Is.EqualTo(ProviderHealthStatus.Unhealthy));
    }

    [Test]
    public async Task Program_that_has_the_file_open_while_a_newer_one_upgrades_it_stops_using_it()
    {
        await using var old = Open(SqliteMigrations.All);
        Assert.That(await old.GetAsync("a"), Is.Null);
        await PutAsync(Newer, "new");

        var read = await Assert.ThrowsAsync<LimiQuantixException>(() => old.GetAsync("a"));
        var written = await Assert.ThrowsAsync<LimiQuantixException>(() => old.CommitAsync(Put("old")));

        Assert.That(read!.Code, Is.EqualTo(ErrorCodes.NewerState));
        Assert.That(written!.Code, Is.EqualTo(ErrorCodes.NewerState));
    }

    [Test]
    public async Task Upgrade_that_fails_leaves_the_file_as_it_was()
    {
        await PutAsync(SqliteMigrations.All, "old");
        IReadOnlyList<SqliteMigration> broken = [.. Newer, new SqliteMigration(Newer[^1].Version + 1, "ALTER TABLE nothing ADD COLUMN colour TEXT")];
        await using (var failing = Open(broken)) await Assert.ThrowsAsync<LimiQuantixException>(() => failing.GetAsync("a"));
        await using var old = Open(SqliteMigrations.All);

        Assert.That((await old.GetAsync("a"))!.Value.ToArray(), Is.EqualTo("old"u8.ToArray()));
    }

    [Test]
    public async Task Garbage_is_told_as_corrupt_with_a_remedy()
    {
        var garbage = new byte[20_000];
        new Random(1).NextBytes(garbage);
        await File.WriteAllBytesAsync(FilePath, garbage);
        await using var store = Open(SqliteMigrations.All);

        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => store.GetAsync("a"));

        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.DataCorrupt));
        Assert.That(thrown.Remedy, Does.Contain("backup"));
        Assert.That(await File.ReadAllBytesAsync(FilePath), Is.EqualTo(garbage), "nothing is overwritten");
    }

    [Test]
    public async Task Damaged_page_is_told_as_corrupt()
    {
        await using (var store = Open(SqliteMigrations.All))
        {
            for (var i = 0; i < 200; i++) await store.CommitAsync(Put(new string('x', 2000)));
        }

        await using (var file = new FileStream(FilePath, FileMode.Open))
        {
            file.Position = 4096;
            var noise = new byte[file.Length - 4096];
            new Random(2).NextBytes(noise);
            await file.WriteAsync(noise);
        }

        await using var damaged = Open(SqliteMigrations.All);
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => damaged.ListAsync(new StateQuery { Prefix = "" }));

        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.DataCorrupt));
    }

    [Test]
    public async Task Database_of_another_program_is_refused()
    {
        await using (var other = new SqliteConnection($"Data Source={FilePath};Pooling=False"))
        {
            await other.OpenAsync();
            other.Execute("CREATE TABLE theirs (x)");
        }

        await using var store = Open(SqliteMigrations.All);
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => store.GetAsync("a"));

        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.DataCorrupt));
        Assert.That(thrown.Message, Does.Contain("another program"));
    }

    [Test]
    public async Task Path_that_cannot_be_made_is_told_by_name()
    {
        await File.WriteAllTextAsync(FilePath, "a file, no folder");
        await using var store = StateChild.Open(Path.Combine(FilePath, "state.db"));

        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => store.GetAsync("a"));

        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.Unavailable).Or.EqualTo(ErrorCodes.PermissionDenied));
        Assert.That(thrown.Message, Does.Contain(FilePath));
    }

    [Test]
    public async Task File_locked_by_another_process_for_too_long_is_a_transient_failure()
    {
        await PutAsync(SqliteMigrations.All, "old");
        await using var locker = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        await locker.OpenAsync();
        locker.Execute("BEGIN IMMEDIATE");
        var options = new SqliteStateOptions { Path = FilePath, LockTimeout = TimeSpan.FromMilliseconds(200) };
        await using var store = new SqliteStateStore(options, TimeProvider.System, NullLogger<SqliteStateStore>.Instance);

        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => store.CommitAsync(Put("new")));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.Unavailable));
        Assert.That(thrown.IsTransient, Is.True);

        locker.Execute("ROLLBACK");
        Assert.That((await store.CommitAsync(Put("new"))).IsCommitted, Is.True);
    }

    [Test]
    public async Task Waiting_for_another_processs_lock_ends_with_the_callers_token()
    {
        await PutAsync(SqliteMigrations.All, "old");
        await using var locker = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        await locker.OpenAsync();
        locker.Execute("BEGIN IMMEDIATE");
        await using var store = Open(SqliteMigrations.All);
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.CatchAsync<OperationCanceledException>(() => store.CommitAsync(Put("new"), soon.Token));
    }

    private static StateTransaction Put(string value) =>
        new() { Mutations = [new StateMutation { Key = "a", Value = System.Text.Encoding.UTF8.GetBytes(value) }] };

    private async Task PutAsync(IReadOnlyList<SqliteMigration> migrations, string value)
    {
        await using var store = Open(migrations);
        await store.CommitAsync(Put(value));
    }

    private SqliteStateStore Open(IReadOnlyList<SqliteMigration> migrations) => new(
        new SqliteStateOptions { Path = FilePath }, TimeProvider.System, NullLogger<SqliteStateStore>.Instance, migrations);

    [UnsupportedOSPlatform("windows")]
    private static UnixFileMode ModeOf(string path) => File.GetUnixFileMode(path);

    private string[] Backups() => Directory.GetFiles(_folder.Path, "*.backup*");
}
