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
    public async Task Server_silent_in_the_midst_of_a_message_times_out_and_ends_the_connection()
    {
        await using var stream = new ScriptedStream(ServerScript.Connected(2, 2).Update(1).UInt16(0, 0).Bytes, silentAtEnd: true);
        await using var client = await RfbClient.ConnectAsync(stream, Options);
        var capturing = client.CaptureAsync();
        await stream.Silence;

        _time.Advance(TimeSpan.FromSeconds(16));

        var error = await Assert.ThrowsAsync<RfbException>(() => capturing);
        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.Timeout));
        error = await Assert.ThrowsAsync<RfbException>(() => client.CaptureAsync());
        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.ConnectionClosed));
    }

    [Test]
    public async Task Server_silent_between_messages_times_a_capture_out_and_the_connection_goes_on()
    {
        await using var stream = new ScriptedStream(ServerScript.Connected(2, 2).Update(1).Solid(0, 0, 2, 1, 1).Bytes, silentAtEnd: true);
        await using var client = await RfbClient.ConnectAsync(stream, Options);
        var capturing = client.CaptureAsync();
        await stream.Silence;

        _time.Advance(TimeSpan.FromSeconds(31));

        var error = await Assert.ThrowsAsync<RfbException>(() => capturing);
        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.Timeout));
        await client.SendKeyAsync(65, pressed: true);
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
    public async Task Cancelling_ends_the_call_and_harms_nothing()
    {
        await using var stream = new ScriptedStream(ServerScript.Connected(2, 2).Bytes, silentAtEnd: true);
        await using var client = await RfbClient.ConnectAsync(stream, Options);
        using var cancellation = new CancellationTokenSource();
        var capturing = client.CaptureAsync(cancellation.Token);
        await stream.Silence;

        await cancellation.CancelAsync();

        Assert.That(() => capturing, Throws.InstanceOf<OperationCanceledException>());
        var sent = stream.Sent.Length;
        var next = client.CaptureAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        await stream.SentAsync(sent + 10);
        stream.Say(new ServerScript().Update(1).Solid(0, 0, 2, 2, 0x123456).Bytes);
        Assert.That((await next).Pixels.ToArray(), Is.All.EqualTo(0xFF123456));
    }

    [Test]
    public async Task Capture_that_waits_for_its_turn_can_be_cancelled_without_harm()
    {
        await using var stream = new ScriptedStream(ServerScript.Connected(2, 2).Bytes, silentAtEnd: true);
        await using var client = await RfbClient.ConnectAsync(stream, Options);
        var first = client.CaptureAsync();

        Assert.That(() => client.CaptureAsync(new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        await client.SendKeyAsync(65, pressed: true);

        await stream.Silence;
        _time.Advance(TimeSpan.FromSeconds(31));
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
