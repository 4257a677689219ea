using LimiQuantix.Core.Operations;
using LimiQuantix.Core.State;
using LimiQuantix.Core.State.Sqlite;
using LimiQuantix.State;
using LimiQuantix.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Core.Tests.State.Sqlite;

/// <summary>A state file that schema version 1 left, read by today's program.</summary>
[TestFixture]
internal sealed class SqliteMigrationTests
{
    private static readonly string Former =
        Path.Combine(RepositoryRoot.Path, "tests", "LimiQuantix.Core.Tests", "Data", "state-v1", "state.db");

    private TemporaryFolder _folder = null!;

    private string FilePath => _folder.Combine("state.db");

    [SetUp]
    public void CopyFile()
    {
        _folder = new TemporaryFolder();
        File.Copy(Former, FilePath);
    }

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task Entries_keep_their_values_and_versions_and_operations_get_keys_that_give_the_newest_first()
    {
        var former = ReadFormer();
        await using var store = StateChild.Open(FilePath);
        var (entries, _) = await store.ListAllAsync(new StateQuery { Prefix = "" }, CancellationToken.None);
        var now = entries.ToDictionary(entry => entry.Key, entry => (entry.Version, Convert.ToHexString(entry.Value.Span)));

        Assert.That(now, Has.Count.EqualTo(former.Count));
        foreach (var (key, entry) in former)
        {
            var moved = key.StartsWith("operations/", StringComparison.Ordinal) ? OperationKeys.Operation(Guid.Parse(key["operations/".Length..])) : key;
            Assert.That(now[moved], Is.EqualTo(entry), key);
        }

        var operations = await new OperationStore(store, TimeProvider.System).ListAsync("default", null, CancellationToken.None);
        Assert.That(operations, Has.Count.EqualTo(6));
        Assert.That(operations.Select(operation => operation.CreatedAt), Is.Ordered.Descending);
    }

    [Test]
    public async Task Era_begins_at_one_revisions_go_on_and_former_cursors_list_again()
    {
        await using var store = StateChild.Open(FilePath);
        var page = await store.ListAsync(new StateQuery { Prefix = "", Limit = 1 });
        var commit = await store.CommitAsync(new StateTransaction { Mutations = [new StateMutation { Key = "new", Value = "x"u8.ToArray() }] });

        Assert.That(page.Era, Is.EqualTo(1));
        Assert.That(commit.Revision, Is.EqualTo(31));
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(async () =>
        {
            await foreach (var _ in store.WatchAsync("", "1.64")) break;
        });
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.Conflict));
    }

    [Test]
    public async Task Lease_that_was_held_is_its_holders_until_it_was_seen_unchanged()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var store = StateChild.Open(FilePath, clock);
        var before = await store.AcquireLeaseAsync(EngineLease.Name, "new", TimeSpan.FromSeconds(5));
        clock.Advance(TimeSpan.FromSeconds(15));
        var after = await store.AcquireLeaseAsync(EngineLease.Name, "new", TimeSpan.FromSeconds(5));

        Assert.That(before, Is.Null);
        Assert.That(after!.Token, Is.EqualTo(2));
    }

    private static Dictionary<string, (long Version, string Value)> ReadFormer()
    {
        using var folder = new TemporaryFolder();
        var copy = folder.Combine("state.db");
        File.Copy(Former, copy);
        using var connection = SqliteFile.Open(copy);
        using var command = connection.Command("SELECT key, version, value FROM entries");
        using var rows = command.ExecuteReader();
        Dictionary<string, (long, string)> entries = [];
        while (rows.Read()) entries[rows.GetString(0)] = (rows.GetInt64(1), Convert.ToHexString(rows.GetFieldValue<byte[]>(2)));
        return entries;
    }
}
