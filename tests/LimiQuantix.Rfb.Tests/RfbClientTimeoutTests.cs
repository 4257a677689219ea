using System.Net;
using System.Net.Sockets;
using LimiQuantix.Rfb.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Rfb.Tests;

internal sealed class RfbClientTimeoutTests
{
    private readonly FakeTimeProvider _time = new();

    private RfbClientOptions Options => new() { TimeProvider = _time };

    [Test]
    public async Task Server_that_says_nothing_times_out()
    {
        await using var stream = new ScriptedStream(default, silentAtEnd: true);
        var connecting = RfbClient.ConnectAsync(stream, Options);

        _time.Advance(TimeSpan.FromSeconds(11));

        var error = await Assert.ThrowsAsync<RfbException>(() => connecting);
        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.Timeout));
        Assert.That(stream.Disposed);
    }

    [Test]
    public async Task Handshake_a_byte_at_a_time_times_out_as_a_whole()
    {
        await using var slow = new SlowStream(new ScriptedStream(ServerScript.Connected(1, 1).Bytes), _time, TimeSpan.FromSeconds(1));

        var error = await Assert.ThrowsAsync<RfbException>(() => RfbClient.ConnectAsync(slow, Options));

        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.Timeout));
        Assert.That(error?.Message, Does.Contain("handshake"));
    }

    [Test]
    public async Task Server_silent_in_the_midst_of_a_capture_times_out()
    {
        await using var stream = new ScriptedStream(ServerScript.Connected(2, 2).Update(1).Solid(0, 0, 2, 1, 1).Bytes, silentAtEnd: true);
        await using var client = await RfbClient.ConnectAsync(stream, Options);
        var capturing = client.CaptureAsync();

        _time.Advance(TimeSpan.FromSeconds(16));

        var error = await Assert.ThrowsAsync<RfbException>(() => capturing);
        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.Timeout));
    }

    [Test]
    public async Task Capture_a_byte_at_a_time_times_out_as_a_whole()
    {
        var script = ServerScript.Connected(4, 4).Update(1).Solid(0, 0, 4, 4, 1);
        await using var slow = new SlowStream(new ScriptedStream(script.Bytes), _time, TimeSpan.FromMilliseconds(600));
        await using var client = await RfbClient.ConnectAsync(slow, new RfbClientOptions { TimeProvider = _time, HandshakeTimeout = TimeSpan.FromHours(1) });

        var error = await Assert.ThrowsAsync<RfbException>(() => client.CaptureAsync());

        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.Timeout));
        Assert.That(error?.Message, Does.Contain("capture"));
    }

    [Test]
    public async Task Cancelling_ends_the_call_and_the_connection()
    {
        await using var stream = new ScriptedStream(ServerScript.Connected(2, 2).Bytes, silentAtEnd: true);
        await using var client = await RfbClient.ConnectAsync(stream, Options);
        using var cancellation = new CancellationTokenSource();
        var capturing = client.CaptureAsync(cancellation.Token);

        await cancellation.CancelAsync();

        Assert.That(() => capturing, Throws.InstanceOf<OperationCanceledException>());
        var error = await Assert.ThrowsAsync<RfbException>(() => client.CaptureAsync());
        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.ConnectionClosed));
    }

    [Test]
    public async Task Capture_that_waits_for_its_turn_can_be_cancelled_without_harm()
    {
        await using var stream = new ScriptedStream(ServerScript.Connected(2, 2).Bytes, silentAtEnd: true);
        await using var client = await RfbClient.ConnectAsync(stream, Options);
        var first = client.CaptureAsync();

        Assert.That(() => client.CaptureAsync(new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        await client.SendKeyAsync(65, pressed: true);

        _time.Advance(TimeSpan.FromSeconds(16));
        await Assert.ThrowsAsync<RfbException>(() => first);
    }

    [Test]
    public async Task Disposing_ends_a_capture_under_way()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var near = new TcpClient();
        await near.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var far = await listener.AcceptTcpClientAsync();
        await far.GetStream().WriteAsync(ServerScript.Connected(2, 2).Bytes);
        var client = await RfbClient.ConnectAsync(near.GetStream());
        var capturing = client.CaptureAsync();

        await client.DisposeAsync();

        var error = await Assert.ThrowsAsync<RfbException>(() => capturing);
        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.ConnectionClosed));
        await client.DisposeAsync();
    }
}
