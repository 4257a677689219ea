using LimiQuantix.Rfb.Messages;
using LimiQuantix.Rfb.Tests.Support;

namespace LimiQuantix.Rfb.Tests;

internal sealed class RfbClientTests
{
    private const uint Red = 0xFF0000;
    private const uint Green = 0x00FF00;
    private const uint Blue = 0x0000FF;

    [Test]
    public async Task Capture_asks_for_everything_and_gives_a_copy()
    {
        await using var stream = new ScriptedStream(ServerScript.Connected(2, 1).Update(1).Solid(0, 0, 2, 1, Red).Update(1).Solid(0, 0, 2, 1, Green).Bytes, pieceSize: 3);
        await using var client = await RfbClient.ConnectAsync(stream);

        var first = await client.CaptureAsync();
        var second = await client.CaptureAsync();

        Assert.That(first.Hex(0), Is.EqualTo("FF0000 FF0000"));
        Assert.That(second.Hex(0), Is.EqualTo("00FF00 00FF00"));
        Assert.That(Requests(stream), Is.EqualTo(new[] { new RfbRectangle(0, 0, 2, 1), new RfbRectangle(0, 0, 2, 1) }));
    }

    [Test]
    public async Task Capture_asks_for_the_rows_that_an_update_left_out()
    {
        await using var stream = new ScriptedStream(ServerScript.Connected(4, 4)
            .Update(2).Solid(0, 0, 4, 1, Red).Solid(0, 1, 2, 1, Red)
            .Update(1).Solid(0, 1, 4, 3, Green).Bytes);
        await using var client = await RfbClient.ConnectAsync(stream);

        var picture = await client.CaptureAsync();

        Assert.That(new[] { picture.Hex(0), picture.Hex(1) }, Is.EqualTo(new[] { "FF0000 FF0000 FF0000 FF0000", "00FF00 00FF00 00FF00 00FF00" }));
        Assert.That(Requests(stream), Is.EqualTo(new[] { new RfbRectangle(0, 0, 4, 4), new RfbRectangle(0, 1, 4, 3) }));
    }

    [Test]
    public async Task Capture_begins_again_when_the_desktop_is_resized_in_its_midst()
    {
        await using var stream = new ScriptedStream(ServerScript.Connected(4, 2)
            .Update(2).Solid(0, 0, 4, 1, Red).Rectangle(0, 0, 2, 3, RfbEncoding.DesktopSize)
            .Update(1).Solid(0, 0, 2, 3, Green).Bytes);
        await using var client = await RfbClient.ConnectAsync(stream);

        var picture = await client.CaptureAsync();

        Assert.That((picture.Width, picture.Height, client.Width, client.Height), Is.EqualTo((2, 3, 2, 3)));
        Assert.That(picture.Pixels.ToArray(), Is.All.EqualTo(0xFF000000 | Green));
        Assert.That(Requests(stream), Is.EqualTo(new[] { new RfbRectangle(0, 0, 4, 2), new RfbRectangle(0, 0, 2, 3) }));
    }

    [Test]
    public async Task Answer_left_over_from_a_resize_does_not_pass_for_the_next_capture()
    {
        await using var stream = new ScriptedStream(ServerScript.Connected(1, 1)
            .Update(1).Rectangle(0, 0, 2, 1, RfbEncoding.DesktopSize)
            .Update(1).Solid(0, 0, 2, 1, Red) // answers the first request, at the new size
            .Update(1).Solid(0, 0, 2, 1, Red) // answers the second
            .Update(1).Solid(0, 0, 2, 1, Blue).Bytes);
        await using var client = await RfbClient.ConnectAsync(stream);

        var first = await client.CaptureAsync();
        var second = await client.CaptureAsync();

        Assert.That(first.Hex(0), Is.EqualTo("FF0000 FF0000"));
        Assert.That(second.Hex(0), Is.EqualTo("0000FF 0000FF"));
    }

    [Test]
    public async Task Capture_asks_on_after_updates_without_pixels()
    {
        await using var stream = new ScriptedStream(ServerScript.Connected(1, 1)
            .Byte(2)
            .Byte(3, 0, 0, 0).Counted("clip")
            .Update(1).Rectangle(0, 0, 1, 1, RfbEncoding.ExtendedDesktopSize, 0, 0, 0, 0)
            .Update(1).Rectangle(0, 0, 0, 0, RfbEncoding.DesktopName).Counted("renamed")
            .Update(1).Solid(0, 0, 1, 1, Blue).Bytes);
        await using var client = await RfbClient.ConnectAsync(stream);
        Assert.That((client.DesktopName, client.ServerClipboardText), Is.EqualTo(("desk", (string?)null)));

        var picture = await client.CaptureAsync();

        Assert.That(picture.Hex(0), Is.EqualTo("0000FF"));
        Assert.That((client.DesktopName, client.ServerClipboardText), Is.EqualTo(("renamed", "clip")));
        Assert.That(Requests(stream, out var incremental), Has.Length.EqualTo(3));
        Assert.That(incremental, Is.EqualTo(new[] { false, true, true }), "for some servers an update without pixels is a whole answer");
    }

    [Test]
    public async Task Input_is_written_as_the_rfc_draws_it()
    {
        await using var stream = new ScriptedStream(ServerScript.Connected(1, 1).Bytes);
        await using var client = await RfbClient.ConnectAsync(stream, new RfbClientOptions { Features = RfbFeatures.None });
        var before = stream.Sent.Length;

        await client.SendKeyAsync(0xFF0D, pressed: true);
        await client.SendPointerAsync(buttons: 1, 258, 3);
        await client.SendClipboardTextAsync("é€");

        Assert.That(stream.Sent[before..], Is.EqualTo(new byte[] { 4, 1, 0, 0, 0, 0, 0xFF, 0x0D, 5, 1, 1, 2, 0, 3, 6, 0, 0, 0, 0, 0, 0, 2, 0xE9, (byte)'?' }));
    }

    [Test]
    public async Task Arguments_out_of_range_are_refused_and_harm_nothing()
    {
        await using var stream = new ScriptedStream(ServerScript.Connected(1, 1).Bytes);
        await using var client = await RfbClient.ConnectAsync(stream, new RfbClientOptions { Limits = { MaxTextBytes = 4 } });

        Assert.That(() => client.SendPointerAsync(0, -1, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => client.SendPointerAsync(0, 0, 65536), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => client.SendClipboardTextAsync("12345"), Throws.ArgumentException);
        await client.SendPointerAsync(0, 65535, 0);
    }

    [Test]
    public async Task Failed_call_ends_the_connection_for_those_after_it()
    {
        await using var stream = new ScriptedStream(ServerScript.Connected(1, 1).Byte(77).Update(1).Solid(0, 0, 1, 1, Blue).Bytes);
        await using var client = await RfbClient.ConnectAsync(stream);

        var first = await Assert.ThrowsAsync<RfbException>(() => client.CaptureAsync());
        var second = await Assert.ThrowsAsync<RfbException>(() => client.CaptureAsync());
        var third = await Assert.ThrowsAsync<RfbException>(() => client.SendKeyAsync(1, true));

        Assert.That(
            new[] { first?.Code, second?.Code, third?.Code },
            Is.EqualTo(new[] { RfbErrorCode.ProtocolViolation, RfbErrorCode.ConnectionClosed, RfbErrorCode.ConnectionClosed }));
    }

    [Test]
    public async Task Invalid_options_are_refused_by_name()
    {
        foreach (var (options, name) in new (RfbClientOptions, string)[]
        {
            (new() { JpegQuality = 10 }, "JpegQuality"),
            (new() { CompressionLevel = -1 }, "CompressionLevel"),
            (new() { Features = (RfbFeatures)(1 << 20) }, "Features"),
            (new() { Limits = { MaxAudioBytes = 0 } }, "MaxAudioBytes"),
            (new() { IoTimeout = TimeSpan.Zero }, "IoTimeout"),
            (new() { HandshakeTimeout = TimeSpan.FromDays(2) }, "HandshakeTimeout"),
            (new() { CaptureTimeout = Timeout.InfiniteTimeSpan }, "CaptureTimeout"),
            (new() { Encodings = [(RfbEncoding)50] }, "50"),
            (new() { Limits = { MaxWidth = 65536 } }, "MaxWidth"),
            (new() { Limits = { MaxFramebufferBytes = 0 } }, "MaxFramebufferBytes"),
            (new() { PixelFormat = RfbPixelFormat.Bgrx32 with { RedShift = 30 } }, "red"),
            (new() { PixelFormat = RfbPixelFormat.Bgrx32 with { GreenMax = 254 } }, "green"),
        })
        {
            await using var stream = new ScriptedStream(ServerScript.Connected(1, 1).Bytes);
            Assert.That(() => RfbClient.ConnectAsync(stream, options), Throws.InstanceOf<ArgumentException>().With.Message.Contains(name));
            Assert.That(stream.Disposed, Is.True);
        }
    }

    /// <summary>The areas of the update requests that the client sent after the handshake.</summary>
    private static RfbRectangle[] Requests(ScriptedStream stream)
    {
        var requests = Requests(stream, out var incremental);
        Assert.That(incremental, Is.All.False);
        return requests;
    }

    private static RfbRectangle[] Requests(ScriptedStream stream, out bool[] incremental)
    {
        var (requests, flags) = (new List<RfbRectangle>(), new List<bool>());
        for (var rest = stream.Sent.AsSpan(14); rest.Length > 0;)
        {
            Assert.That(RfbClientMessage.TryGetLength(rest, out var length));
            var message = rest[..(int)length].ToArray();
            rest = rest[(int)length..];
            if (message[0] != (byte)RfbClientMessageType.FramebufferUpdateRequest)
                continue;
            var area = new RfbRectangle(message[2] << 8 | message[3], message[4] << 8 | message[5], message[6] << 8 | message[7], message[8] << 8 | message[9]);
            Assert.That(message, Is.EqualTo(ClientMessages.FramebufferUpdateRequest(message[1] == 1, area)));
            requests.Add(area);
            flags.Add(message[1] == 1);
        }
        incremental = [.. flags];
        return [.. requests];
    }
}
