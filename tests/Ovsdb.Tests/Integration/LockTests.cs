using Ovsdb.OvnNorthbound;
using Ovsdb.Tests.Support;

namespace Ovsdb.Tests.Integration;

[Category("Integration")]
internal sealed class LockTests
{
    [Test]
    public async Task Lock_is_one_clients_at_a_time_and_goes_to_the_next()
    {
        await using OvsdbServer server = await OvsdbServer.StartAsync();
        await using OvsdbClient first = await OvsdbClient.ConnectAsync(server.Options(Northbound.Schema));
        await using OvsdbClient second = await OvsdbClient.ConnectAsync(server.Options(Northbound.Schema));
        OvsdbLock held = await first.LockAsync("writer");
        CancellationToken lost = await held.WaitAsync();
        await using OvsdbLock waits = await second.LockAsync("writer");
        Assert.That((held.IsHeld, waits.IsHeld), Is.EqualTo((true, false)));

        var guarded = new OvsdbTransaction();
        guarded.Assert("writer");
        guarded.Insert(new LogicalSwitch { Name = "guarded" });
        await first.TransactAsync(guarded);
        OvsdbException error = (await Assert.ThrowsAsync<OvsdbException>(() => second.TransactAsync(guarded)))!;
        Assert.That((error.ServerError, error.OperationIndex), Is.EqualTo(("not owner", 0)));

        await held.DisposeAsync();
        await waits.WaitAsync().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(waits.IsHeld, Is.True);
        await CanceledAsync(lost);
        Assert.That(async () => await first.LockAsync("writer"), Throws.Nothing);
        Assert.That(async () => await first.LockAsync("writer"), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Stolen_lock_is_told_to_who_had_it_and_comes_back()
    {
        await using OvsdbServer server = await OvsdbServer.StartAsync();
        await using OvsdbClient first = await OvsdbClient.ConnectAsync(server.Options(Northbound.Schema));
        await using OvsdbClient second = await OvsdbClient.ConnectAsync(server.Options(Northbound.Schema));
        await using OvsdbLock held = await first.LockAsync("writer");
        CancellationToken lost = await held.WaitAsync();
        OvsdbLock thief = await second.LockAsync("writer");
        await thief.StealAsync();
        Assert.That(thief.IsHeld, Is.True);
        await CanceledAsync(lost);
        await thief.DisposeAsync();
        await held.WaitAsync().WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task Lock_goes_with_the_connection_and_is_asked_for_again()
    {
        await using OvsdbServer server = await OvsdbServer.StartAsync();
        await using OvsdbClient client = await OvsdbClient.ConnectAsync(server.Options(Northbound.Schema));
        await using OvsdbLock held = await client.LockAsync("writer");
        CancellationToken lost = await held.WaitAsync();
        server.Kill();
        await CanceledAsync(lost);
        Assert.That(held.IsHeld, Is.False);
        await server.StartAgainAsync();
        CancellationToken again = await held.WaitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(again.IsCancellationRequested, Is.False);
    }

    private static async Task CanceledAsync(CancellationToken token)
    {
        for (int i = 0; !token.IsCancellationRequested && i < 500; i++)
            await Task.Delay(20, CancellationToken.None);
        Assert.That(token.IsCancellationRequested, Is.True);
    }
}
