using LimiQuantix.Core.State.Sqlite;
using LimiQuantix.State;
using LimiQuantix.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Core.Tests.State.Sqlite;

/// <summary>How a state file that was restored or copied is noticed, and what is not noticed.</summary>
[TestFixture]
internal sealed class SqliteEraTests
{
    private TemporaryFolder _folder = null!;

    private string FilePath => _folder.Combine("data/state.db");

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task File_that_is_closed_and_opened_stays_in_its_era_also_after_a_crash()
    {
        Assert.That(await UseAsync(FilePath), Is.EqualTo(1));
        Assert.That(await UseAsync(FilePath), Is.EqualTo(1));
        await CrashedAsync(20);

        Assert.That(await UseAsync(FilePath), Is.EqualTo(1));
    }

    [Test]
    public async Task File_that_others_have_open_stays_in_its_era()
    {
        await using var one = StateChild.Open(FilePath);
        await PutAsync(one, "a");
        await using var two = StateChild.Open(FilePath);
        await PutAsync(two, "b");
        await PutAsync(one, "c");

        Assert.That(await EraAsync(two), Is.EqualTo(1));
        Assert.That(await EraAsync(one), Is.EqualTo(1));
    }

    [Test]
    public async Task Older_backup_that_is_written_over_the_file_begins_a_new_era()
    {
        await UseAsync(FilePath);
        var backup = await File.ReadAllBytesAsync(FilePath);
        var lost = await VersionAsync();
        // In place: the file's identity stays.
        await File.WriteAllBytesAsync(FilePath, backup);

        await using var store = StateChild.Open(FilePath);
        Assert.That(await EraAsync(store), Is.EqualTo(2));
        Assert.That((await PutAsync(store, "a")).Revision, Is.GreaterThan(lost), "no version comes again");
    }

    [Test]
    public async Task Backup_that_takes_the_files_place_begins_a_new_era()
    {
        await UseAsync(FilePath);
        File.Copy(FilePath, FilePath + ".kept");
        // Nothing is lost, but nobody can know.
        File.Move(FilePath + ".kept", FilePath, overwrite: true);

        Assert.That(await UseAsync(FilePath), Is.EqualTo(2));
        Assert.That(await UseAsync(FilePath), Is.EqualTo(2));
    }

    [Test]
    public async Task Backup_of_a_former_era_begins_one_above_all_that_were_here()
    {
        await UseAsync(FilePath);
        var backup = await File.ReadAllBytesAsync(FilePath);
        await using (var store = StateChild.Open(FilePath)) Assert.That(await store.RaiseEraAsync(above: 40), Is.EqualTo(41));
        await File.WriteAllBytesAsync(FilePath, backup);

        Assert.That(await UseAsync(FilePath), Is.EqualTo(42));
    }

    [Test]
    public async Task Copy_without_its_mark_and_folder_copied_whole_begin_a_new_era()
    {
        await UseAsync(FilePath);
        var alone = _folder.Combine("alone/state.db");
        var whole = _folder.Combine("whole/state.db");
        Directory.CreateDirectory(Path.GetDirectoryName(alone)!);
        Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
        File.Copy(FilePath, alone);
        File.Copy(FilePath, whole);
        File.Copy(SqliteMark.PathOf(FilePath), SqliteMark.PathOf(whole));

        Assert.That(await UseAsync(alone), Is.EqualTo(2));
        Assert.That(await UseAsync(whole), Is.EqualTo(2));
        Assert.That(await UseAsync(FilePath), Is.EqualTo(1), "the original is not touched");
    }

    [Test]
    public async Task Operator_begins_a_new_era_by_deleting_the_mark()
    {
        await UseAsync(FilePath);
        File.Delete(SqliteMark.PathOf(FilePath));
        Assert.That(await UseAsync(FilePath), Is.EqualTo(2));
        await File.WriteAllTextAsync(SqliteMark.PathOf(FilePath), "");
        Assert.That(await UseAsync(FilePath), Is.EqualTo(3), "a mark that cannot be read is none");
        Assert.That(await UseAsync(FilePath), Is.EqualTo(3));
    }

    [Test]
    public async Task Mark_follows_the_file_while_it_is_used()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var store = StateChild.Open(FilePath, clock);
        await PutAsync(store, "a");
        var first = SqliteMark.Read(FilePath)!;
        for (var i = 0; i < 10; i++) await PutAsync(store, "a");
        Assert.That(SqliteMark.Read(FilePath)!.Revision, Is.EqualTo(first.Revision), "not at every change");
        clock.Advance(TimeSpan.FromSeconds(6));
        await PutAsync(store, "a");

        Assert.That(SqliteMark.Read(FilePath)!.Revision, Is.EqualTo(first.Revision + 11), "what is on the disk already");
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(SqliteMark.PathOf(FilePath)), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
    }

    // Writes and ends without closing: what a killed program leaves.
    private async Task CrashedAsync(int count)
    {
        await using var child = new ChildProcess(StateChild.Argument, "rewrite", FilePath);
        for (var i = 0; i < count; i++) await child.Output.ReadLineAsync();
        await child.KillAsync();
    }

    private async Task<long> VersionAsync()
    {
        await using var store = StateChild.Open(FilePath);
        await PutAsync(store, "lost");
        return (await PutAsync(store, "lost")).Revision;
    }

    private static async Task<long> UseAsync(string path)
    {
        await using var store = StateChild.Open(path);
        await PutAsync(store, "used");
        return await EraAsync(store);
    }

    private static async Task<long> EraAsync(SqliteStateStore store) => (await store.ListAsync(new StateQuery { Prefix = "", Limit = 1 })).Era;

    private static Task<StateCommit> PutAsync(SqliteStateStore store, string key) =>
        store.CommitAsync(new StateTransaction { Mutations = [new StateMutation { Key = key, Value = "x"u8.ToArray() }] });
}
