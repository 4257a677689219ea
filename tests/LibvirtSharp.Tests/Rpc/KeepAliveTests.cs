using LibvirtSharp.Protocol;
using LibvirtSharp.Rpc;
using LibvirtSharp.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace LibvirtSharp.Tests.Rpc;

internal sealed class KeepAliveTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Ping_is_answered()
    {
        await using var server = new FakeServer();
        await using LibvirtConnection connection = await server.ConnectAsync();
        await server.Session.SendAsync(new MessageHeader(Programs.KeepAlive, 1, Programs.KeepAlivePing, MessageType.Message, 0, MessageStatus.Ok));
        await connection.GetHostnameAsync();
        // The call may have been sent before the ping was read, and be answered before the pong is.
        await Waiting.UntilAsync(() => Task.FromResult(!server.KeepAlives.IsEmpty));
        Assert.That(server.KeepAlives, Is.EqualTo(new[] { Programs.KeepAlivePong }));
    }

    [Test]
    public async Task Server_that_is_held_back_by_a_slow_reader_is_not_given_up_and_hears_of_us()
    {
        await using var server = new FakeServer();
        var time = new FakeTimeProvider();
        long sent = 0;
        using var stop = new CancellationTokenSource();
        server.On(RemoteProcedure.DomainOpenConsole, async call =>
        {
            await call.ReplyAsync();
            while (!stop.IsCancellationRequested)
            {
                await call.StreamAsync(new byte[64 * 1024]);
                Interlocked.Add(ref sent, 64 * 1024);
            }
        });
        await using LibvirtConnection connection = await server.ConnectAsync(options =>
        {
            options.TimeProvider = time;
            options.KeepAliveInterval = TimeSpan.FromSeconds(5);
            options.KeepAliveCount = 2;
            options.StreamBufferBytes = 256 * 1024;
        });
        await using LibvirtStream stream = await new Domain(connection, new DomainRef { Name = "d" }).OpenConsoleAsync();
        long last = -1;
        await Waiting.UntilAsync(async () =>
        {
            await Task.Delay(200);
            return last == (last = Interlocked.Read(ref sent)) && last > 256 * 1024;
        });
        for (int i = 0; i < 2; i++)
        {
            // The connection's own silence is not what is tried here.
            await connection.GetHostnameAsync();
            time.Advance(TimeSpan.FromSeconds(5));
        }
        await connection.GetHostnameAsync();
        time.Advance(TimeSpan.FromSeconds(5));
        byte[] block = new byte[1 << 20];
        for (long read = 0; read < 4 * last;)
            read += await stream.ReadAsync(block).AsTask().WaitAsync(Patience);
        await stop.CancelAsync();
        // The fake reads what came meanwhile only when it has sent what it has.
        Task reading = stream.CopyToAsync(Stream.Null);
        await Waiting.UntilAsync(() => Task.FromResult(server.KeepAlives.Count == 6));
        await stream.DisposeAsync();
        await Failure.OfAsync(() => reading);
        Assert.That(server.KeepAlives, Has.All.EqualTo(Programs.KeepAlivePing));
    }

    [Test]
    public async Task Silent_server_is_asked_and_then_given_up()
    {
        await using var server = new FakeServer();
        var time = new FakeTimeProvider();
        await using LibvirtConnection connection = await server.ConnectAsync(options =>
        {
            options.TimeProvider = time;
            options.KeepAliveInterval = TimeSpan.FromSeconds(5);
            options.KeepAliveCount = 2;
        });
        for (int i = 0; i < 2; i++)
            time.Advance(TimeSpan.FromSeconds(5));
        await Waiting.UntilAsync(() => Task.FromResult(server.KeepAlives.Count == 2));
        Assert.That(connection.Closed.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromSeconds(5));
        LibvirtException reason = await connection.Closed.WaitAsync(Patience);
        Assert.That(reason.Message, Does.Contain("keepalive"));
        Assert.That(reason.IsTransient, Is.True);
        Assert.That(server.KeepAlives, Has.All.EqualTo(Programs.KeepAlivePing));
    }
}
