using LimiQuantix.Core.State.Sqlite;
using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;
using LimiQuantix.State;
using LimiQuantix.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Core.Tests.State.Sqlite;

/// <summary>A state file on a disk without room.</summary>
[Category("Integration")]
public sealed class SqliteFullDiskTests
{
    [Test]
    public async Task Full_disk_is_told_as_such_and_what_is_kept_for_it_lets_deletions_be_written()
    {
        await using var disk = await FullDisk.MountAsync(64 << 20);
        var path = Path.Combine(disk.Path, "state.db");
        await using (var first = Open(path))
        {
            await PutAsync(first, "a/1", 1 << 10);
            Assert.That(new FileInfo(SqliteReserve.PathOf(path)).Length, Is.EqualTo(SqliteReserve.Bytes));
        }

        var filler = await disk.FillAsync();
        await using var store = Open(path);
        Assert.That(await store.GetAsync("a/1"), Is.Not.Null);
        await DeleteAsync(store, "a/1");
        var health = await store.CheckHealthAsync(new CheckHealthRequest());
        Assert.That((health.Status, health.Error?.Code), Is.EqualTo((ProviderHealthStatus.Degraded, ErrorCodes.InsufficientSpace)));
        Assert.That(health.Description, Does.Contain("full").And.Not.Contain("SQLite Error"));

        // What is kept is used up.
        var refused = await Assert.ThrowsAsync<LimiQuantixException>(async () =>
        {
            for (var i = 0; i < 200; i++) await PutAsync(store, $"b/{i}", 512 << 10);
        });
        Assert.That((refused!.Code, refused.IsTransient), Is.EqualTo((ErrorCodes.InsufficientSpace, true)));
        Assert.That(refused.Message, Does.Contain("full"));

        File.Delete(filler);
        await PutAsync(store, "c/1", 1 << 10);
        Assert.That((await store.CheckHealthAsync(new CheckHealthRequest())).Status, Is.EqualTo(ProviderHealthStatus.Healthy));
        Assert.That(new FileInfo(SqliteReserve.PathOf(path)).Length, Is.EqualTo(SqliteReserve.Bytes), "it is kept again");
    }

    [Test]
    public async Task New_file_on_a_full_disk_is_told_as_such()
    {
        await using var disk = await FullDisk.MountAsync(4 << 20);
        await disk.FillAsync();
        await using var store = Open(Path.Combine(disk.Path, "new", "state.db"));
        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => store.GetAsync("a/1"));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCodes.InsufficientSpace), refused.Message);
    }

    [Test]
    public async Task Engine_that_starts_on_a_full_disk_deletes_refuses_what_is_new_with_the_reason_and_goes_on_when_there_is_room()
    {
        await using var disk = await FullDisk.MountAsync(96 << 20);
        FakePlatform fake = new();
        VirtualMachine machine, other;
        await using (var first = await Platform.StartAsync(dataDirectory: disk.Path, fake: fake, inMemory: false))
        {
            machine = await first.CreateAsync();
            other = await first.CreateAsync(first.Spec("other"));
        }

        var filler = await disk.FillAsync();
        await using var platform = await Platform.StartAsync(dataDirectory: disk.Path, fake: fake, inMemory: false, imports: false);
        var machines = platform.LimiQuantix.Machines;
        await (await machines.StopAsync(other.Id, new() { Mode = StopMode.Force })).CompletedAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await (await machines.DeleteAsync(machine.Id)).CompletedAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(await machines.FindAsync(machine.Id), Is.Null);
        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => machines.CreateAsync(machine.Spec with { Name = "new" }));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCodes.InsufficientSpace));
        Assert.That(refused.Message, Does.Contain("is full").And.Not.Contain("SQLite Error"));

        File.Delete(filler);
        await platform.CreateAsync(machine.Spec with { Name = "new" });
    }

    private static SqliteStateStore Open(string path) => new(new SqliteStateOptions { Path = path }, TimeProvider.System, NullLogger<SqliteStateStore>.Instance);

    private static Task<StateCommit> PutAsync(SqliteStateStore store, string key, int bytes)
    {
        var value = new byte[bytes];
        Array.Fill(value, (byte)' ');
        (value[0], value[^1]) = ((byte)'{', (byte)'}');
        return store.CommitAsync(new StateTransaction { Mutations = [new StateMutation { Key = key, Value = value }] });
    }

    private static Task<StateCommit> DeleteAsync(SqliteStateStore store, string key) => store.CommitAsync(new StateTransaction { Mutations = [new StateMutation { Key = key }] });
}
