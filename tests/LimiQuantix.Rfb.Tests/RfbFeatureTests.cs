using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using LimiQuantix.Rfb.Tests.Support;

namespace LimiQuantix.Rfb.Tests;

/// <summary>What servers offer beside pictures, each against a scripted one.</summary>
internal sealed class RfbFeatureTests
{
    private static readonly byte[] Layout = [1, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 4, 0, 4, 0, 0, 0, 9];

    [Test]
    public async Task Resize_is_asked_for_on_the_screen_that_is_there_and_answered()
    {
        var script = ServerScript.Connected(4, 4).Update(2).Rectangle(0, 0, 4, 4, RfbEncoding.ExtendedDesktopSize, Layout).Solid(0, 0, 1, 1, 1);
        await using var stream = new ScriptedStream(script.Bytes, silentAtEnd: true);
        await using var client = await RfbClient.ConnectAsync(stream);
        var sent = stream.Sent.Length;
        var resizing = client.ResizeAsync(8, 6);
        await stream.SentAsync(sent + 10 + 24);
        stream.Say(new ServerScript().Update(1).Rectangle(1, 0, 8, 6, RfbEncoding.ExtendedDesktopSize, Layout).Bytes);

        Assert.That(await resizing, Is.True);
        Assert.That((client.Width, client.Height), Is.EqualTo((8, 6)));
        Assert.That(client.Screens, Is.EqualTo(new[] { new RfbScreen(7, new RfbRectangle(0, 0, 4, 4), 9) }));
        Assert.That(stream.Sent[(sent + 10)..], Is.EqualTo(new byte[] { 251, 0, 0, 8, 0, 6, 1, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 8, 0, 6, 0, 0, 0, 9 }));
    }

    [TestCase(1, "does not let")]
    [TestCase(2, "lacks the means")]
    [TestCase(3, "cannot make")]
    public async Task Resize_that_is_refused_says_why(int status, string why)
    {
        var script = ServerScript.Connected(4, 4).Update(2).Rectangle(0, 0, 4, 4, RfbEncoding.ExtendedDesktopSize, Layout).Solid(0, 0, 1, 1, 1)
            .Update(1).Rectangle(1, status, 4, 4, RfbEncoding.ExtendedDesktopSize, Layout);
        await using var stream = new ScriptedStream(script.Bytes, silentAtEnd: true);
        await using var client = await RfbClient.ConnectAsync(stream);

        var error = await Assert.ThrowsAsync<RfbException>(() => client.ResizeAsync(8, 6));

        Assert.That((error?.Code, error?.Message), Is.EqualTo((RfbErrorCode.Refused, error?.Message)));
        Assert.That(error?.Message, Does.Contain(why));
    }

    [Test]
    public async Task What_the_server_does_not_offer_is_refused_by_name()
    {
        await using var stream = new ScriptedStream(ServerScript.Connected(1, 1).Update(1).Solid(0, 0, 1, 1, 1).Bytes, silentAtEnd: true);
        await using var client = await RfbClient.ConnectAsync(stream);

        var errors = new[]
        {
            await Assert.ThrowsAsync<RfbException>(() => client.ResizeAsync(2, 2)),
            await Assert.ThrowsAsync<RfbException>(() => client.SendPowerAsync(RfbPowerAction.Reset)),
            await Assert.ThrowsAsync<RfbException>(async () => await client.ListenAsync().GetAsyncEnumerator().MoveNextAsync()),
        };

        Assert.That(errors.Select(e => e?.Code), Is.All.EqualTo(RfbErrorCode.NotSupported));
        await client.SendScanCodeAsync('a', 0x1E, pressed: true);
        Assert.That(stream.Sent[^8..], Is.EqualTo(new byte[] { 4, 1, 0, 0, 0, 0, 0, (byte)'a' }), "a server without scan codes gets the keysym");
    }

    [Test]
    public async Task Scan_codes_and_power_are_sent_to_servers_that_have_them()
    {
        var script = ServerScript.Connected(1, 1).Update(1).Rectangle(0, 0, 0, 0, RfbEncoding.ExtendedKeyEvent).Byte(250, 0, 1, 1).Update(1).Solid(0, 0, 1, 1, 1);
        await using var stream = new ScriptedStream(script.Bytes, silentAtEnd: true);
        await using var client = await RfbClient.ConnectAsync(stream);

        await client.SendScanCodeAsync(0xFF0D, 0x1C, pressed: true);
        await client.SendPowerAsync(RfbPowerAction.ShutDown);

        Assert.That(stream.Sent[^16..], Is.EqualTo(new byte[] { 255, 0, 0, 1, 0, 0, 0xFF, 0x0D, 0, 0, 0, 0x1C, 250, 0, 1, 2 }));
    }

    [Test]
    public async Task State_of_lights_pointer_and_power_is_followed()
    {
        var script = new ServerScript()
            .Update(2).Rectangle(0, 0, 1, 1, RfbEncoding.LedState, 6).Rectangle(0, 0, 4, 4, RfbEncoding.PointerType)
            .Byte(250, 0, 1, 0);

        var (desktop, heard) = await Decoding.DesktopAsync(script.Bytes);

        Assert.That((desktop.LedState, desktop.IsPointerAbsolute), Is.EqualTo((RfbLedState.NumLock | RfbLedState.CapsLock, false)));
        Assert.That((heard.LedStateChanged, heard.PointerTypeChanged, heard.PowerFailed), Is.EqualTo((true, true, true)));
    }

    [Test]
    public async Task Cursors_are_read_with_mask_and_with_transparency()
    {
        // Two pixels, the second hidden by the mask; then one half transparent red, multiplied by its opacity.
        var script = new ServerScript().Update(1).Rectangle(1, 0, 2, 1, RfbEncoding.Cursor, 0x30, 0x20, 0x10, 0, 9, 9, 9, 9, 0x80);
        var (masked, _) = await Decoding.DesktopAsync(script.Bytes);
        var alpha = new ServerScript().Update(1).Rectangle(0, 0, 1, 1, RfbEncoding.AlphaCursor, 0, 0, 0, 0, 0x40, 0, 0, 0x80);
        var (transparent, _) = await Decoding.DesktopAsync(alpha.Bytes);
        var far = new ServerScript().Update(1).Rectangle(900, 900, 1, 1, RfbEncoding.Cursor, 0, 0, 0, 0, 0x80);
        Assert.That((await Decoding.DesktopAsync(far.Bytes)).Desktop.Cursor?.HotspotX, Is.EqualTo(900), "servers have sent hotspots outside of the cursor");
        var (hidden, _) = await Decoding.DesktopAsync(new ServerScript().Update(1).Rectangle(0, 0, 0, 0, RfbEncoding.Cursor).Bytes);

        Assert.That(masked.Cursor?.Pixels.ToArray(), Is.EqualTo(new[] { 0xFF102030u, 0u }));
        Assert.That((masked.Cursor?.HotspotX, masked.Cursor?.Width), Is.EqualTo((1, 2)));
        Assert.That(transparent.Cursor?.Pixels.ToArray(), Is.EqualTo(new[] { 0x80800000u }));
        Assert.That((hidden.Cursor?.Width, hidden.Cursor?.Height), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Cursor_larger_than_any_is_left_out()
    {
        var script = new ServerScript().Update(1).Rectangle(0, 0, 600, 600, RfbEncoding.Cursor, new byte[600 * 600 * 4 + 75 * 600]).Byte(2);

        var (desktop, heard) = await Decoding.DesktopAsync(script.Bytes);

        Assert.That((desktop.Cursor, heard.Bells), Is.EqualTo(((RfbCursor?)null, 1)));
    }

    [Test]
    public async Task Fences_are_answered_with_what_they_carry()
    {
        var script = new ServerScript().Byte(248, 0, 0, 0).UInt32(0x80000005).Byte(2, 7, 8).Byte(248, 0, 0, 0).UInt32(1).Byte(0);

        var (_, heard) = await Decoding.DesktopAsync(script.Bytes);

        Assert.That(heard.Replies, Is.EqualTo(new[] { new byte[] { 248, 0, 0, 0, 0, 0, 0, 5, 2, 7, 8 } }), "and only those that ask");
        var longer = new ServerScript().Byte(248, 0, 0, 0).UInt32(0).Byte(65);
        var error = await Assert.ThrowsAsync<RfbException>(() => Decoding.DesktopAsync(longer.Bytes));
        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.ProtocolViolation));
    }

    [Test]
    public async Task H264_is_named_when_it_is_sent()
    {
        var error = await Assert.ThrowsAsync<RfbException>(() => Decoding.RectangleAsync((RfbEncoding)50, 2, 2, new byte[8]));

        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.UnsupportedEncoding));
        Assert.That(error?.Message, Does.Contain("H.264"));
        Assert.That(new RfbClientOptions { Features = (RfbFeatures)1023, JpegQuality = 9, CompressionLevel = 9 }.AllEncodings().Select(e => (int)e), Does.Not.Contain(50));
    }

    [Test]
    public void Quality_and_compression_are_asked_for_by_their_levels()
    {
        var options = new RfbClientOptions { Features = RfbFeatures.None, Encodings = [RfbEncoding.Tight], JpegQuality = 6, CompressionLevel = 2 };

        Assert.That(options.AllEncodings().Select(e => (int)e), Is.EqualTo(new[] { 7, -223, -224, -307, -26, -254 }));
    }

    [Test]
    public async Task Extended_clipboard_gives_unicode_text_both_ways()
    {
        var script = new ServerScript()
            .Byte(Clipboard(1u << 24 | 0x1F000001, 0, 0, 0, 0))
            .Byte(Clipboard(1u << 27 | 1))
            .Byte(Clipboard(1u << 28 | 1, Provided("zwölf €\r\nдва\0")));

        var (desktop, heard) = await Decoding.DesktopAsync(script.Bytes, clipboard: true);

        Assert.That((desktop.ClipboardText, desktop.Clipboard?.IsSupported), Is.EqualTo(("zwölf €\nдва", true)));
        Assert.That(heard.Replies.Select(r => BinaryPrimitives.ReadUInt32BigEndian(r.AsSpan(8))), Is.EqualTo(new[] { 0x1F000001u, 1u << 25 | 1 }), "its own abilities, and the wish for the text");
    }

    [Test]
    public async Task Text_of_ours_is_offered_and_given_when_it_is_asked_for()
    {
        var script = ServerScript.Connected(1, 1).Byte(Clipboard(0x1F000001, 0, 0, 0, 0)).Update(1).Solid(0, 0, 1, 1, 1);
        await using var stream = new ScriptedStream(script.Bytes, silentAtEnd: true);
        await using var client = await RfbClient.ConnectAsync(stream);
        await client.SendClipboardTextAsync("a\n€");
        Assert.That(stream.Sent[^12..], Is.EqualTo(new byte[] { 6, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFC, 8, 0, 0, 1 }));

        var sent = stream.Sent.Length;
        stream.Say(new ServerScript().Byte(Clipboard(1 << 25 | 1)).Update(1).Solid(0, 0, 1, 1, 1).Bytes);
        await client.CaptureAsync();
        await stream.SentAsync(sent + 30);

        var messages = stream.Sent[sent..];
        var at = messages.AsSpan().IndexOf(new byte[] { 6, 0, 0, 0 });
        Assert.That(messages[(at + 8)..(at + 12)], Is.EqualTo(new byte[] { 0x10, 0, 0, 1 }));
        using var zlib = new ZLibStream(new MemoryStream(messages[(at + 12)..]), CompressionMode.Decompress);
        var plain = new byte[4 + 7];
        zlib.ReadExactly(plain);
        Assert.That(plain, Is.EqualTo((byte[])[0, 0, 0, 7, .. Encoding.UTF8.GetBytes("a\r\n€\0")]));
        Assert.That(messages[^4..], Is.EqualTo(new byte[] { 0, 0, 0xFF, 0xFF }), "the stream is flushed and not ended: many servers take its end for an error");
    }

    [Test]
    public async Task Clipboard_bomb_is_left_out_without_being_inflated()
    {
        var bomb = Provided(new string('a', 8 << 20));
        var lying = ZlibBytes.Of([0xFF, 0xFF, 0xFF, 0xFF, 65]);
        var script = new ServerScript().Byte(Clipboard(1u << 28 | 1, bomb)).Byte(Clipboard(1u << 28 | 1, lying)).Byte(2);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var (desktop, heard) = await Decoding.DesktopAsync(script.Bytes, clipboard: true, pieceSize: 4096);

        Assert.That((desktop.ClipboardText, heard.ClipboardTooLong, heard.Bells), Is.EqualTo(((string?)null, true, 1)));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(2 << 20));
    }

    [Test]
    public async Task Damaged_clipboard_is_refused()
    {
        foreach (var data in new byte[][] { [1, 2, 3], ZlibBytes.Of([0, 0, 0, 9, 65]), [] })
        {
            var script = new ServerScript().Byte(Clipboard(1u << 28 | 1, data));
            var error = await Assert.ThrowsAsync<RfbException>(() => Decoding.DesktopAsync(script.Bytes, clipboard: true));
            Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.ProtocolViolation));
        }
    }

    [Test]
    public async Task Sound_becomes_pcm_whatever_its_samples_are()
    {
        foreach (var (format, bytes, expected) in new (RfbSampleFormat, byte[], short[])[]
        {
            (RfbSampleFormat.Unsigned8, [128, 255, 0, 129], [0, 32512, -32768, 256]),
            (RfbSampleFormat.Signed8, [0, 127, 0x80, 0xFF], [0, 32512, -32768, -256]),
            (RfbSampleFormat.Unsigned16, [0, 0x80, 0xFF, 0xFF], [0, 32767]),
            (RfbSampleFormat.Signed16, [1, 0, 0xFF, 0xFF], [1, -1]),
            (RfbSampleFormat.Unsigned32, [0, 0, 0, 0x80, 0, 0, 1, 0x80], [0, 1]),
            (RfbSampleFormat.Signed32, [0, 0, 0xFF, 0xFF, 0, 0, 2, 0], [-1, 2]),
        })
        {
            // Cut in the midst of a sample; one more byte than whole samples at the end.
            var script = ServerScript.Connected(1, 1).Update(2).Rectangle(0, 0, 0, 0, RfbEncoding.Audio).Solid(0, 0, 1, 1, 1)
                .Byte(255, 1, 0, 1).Byte(255, 1, 0, 2).UInt32(1).Byte(bytes.AsSpan(0, 1)).Byte(255, 1, 0, 2).UInt32((uint)bytes.Length).Byte(bytes.AsSpan(1)).Byte(1);
            await using var stream = new ScriptedStream(script.Bytes, silentAtEnd: true);
            await using var client = await RfbClient.ConnectAsync(stream);
            var samples = new List<short>();
            await foreach (var sound in client.ListenAsync(new RfbAudioFormat { SampleFormat = format, Channels = 1 }))
            {
                samples.AddRange(sound.Samples.ToArray());
                Assert.That((sound.Channels, sound.SamplesPerSecond, sound.Dropped), Is.EqualTo((1, 44100, 0L)));
                if (samples.Count >= expected.Length)
                    break;
            }

            Assert.That(samples.Take(expected.Length), Is.EqualTo(expected), $"{format}");
            var setFormat = new byte[] { 255, 1, 0, 2, (byte)format, 1, 0, 0, 0xAC, 0x44, 255, 1, 0, 0 };
            Assert.That(stream.Sent.AsSpan().IndexOf(setFormat), Is.Positive);
            Assert.That(stream.Sent[^4..], Is.EqualTo(new byte[] { 255, 1, 0, 1 }), "and it is turned off");
        }
    }

    [Test]
    public async Task Sound_beyond_the_limit_is_left_out_and_unknown_operations_refused()
    {
        var script = new ServerScript().Byte(255, 1, 0, 2).UInt32(100).Byte(new byte[100]).Byte(2);
        var (_, heard) = await Decoding.DesktopAsync(script.Bytes, new RfbLimits { MaxAudioBytes = 10 });
        Assert.That(heard.Bells, Is.EqualTo(1));

        foreach (var bytes in new byte[][] { [255, 2, 0, 0], [255, 1, 0, 3] })
        {
            var error = await Assert.ThrowsAsync<RfbException>(() => Decoding.DesktopAsync(bytes));
            Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.ProtocolViolation));
        }
    }

    private static byte[] Clipboard(uint flags, params byte[] data)
    {
        var script = new ServerScript().Byte(3, 0, 0, 0).UInt32((uint)-(4 + data.Length)).UInt32(flags).Byte(data);
        return script.Bytes.ToArray();
    }

    private static byte[] Provided(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return ZlibBytes.Of(new ServerScript().UInt32((uint)bytes.Length).Byte(bytes).Bytes.ToArray());
    }
}
