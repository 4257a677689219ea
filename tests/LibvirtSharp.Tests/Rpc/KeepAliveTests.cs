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
