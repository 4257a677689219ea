using LimiQuantix.Rfb.Messages;
using LimiQuantix.Rfb.Tests.Encodings;
using LimiQuantix.Rfb.Tests.Support;
using LimiQuantix.Testing;

namespace LimiQuantix.Rfb.Tests;

/// <summary>
/// Whole connections, right at first and then damaged: the client gives a picture or an <see cref="RfbException"/>,
/// never anything else. LIMIQUANTIX_SOAK=1 makes it a million.
/// </summary>
internal sealed class RfbFuzzTests
{
    private const int Seeds = 8;

    private static readonly int Rounds = Soak.Rounds(400, 65_000);

    private static readonly RfbEncoding[] Encodings =
    [
        RfbEncoding.Raw, RfbEncoding.CopyRect, RfbEncoding.Rre, RfbEncoding.Hextile, RfbEncoding.Zlib, RfbEncoding.Tight, RfbEncoding.Zrle,
        RfbEncoding.DesktopSize, RfbEncoding.ExtendedDesktopSize, RfbEncoding.LastRect, RfbEncoding.Cursor, RfbEncoding.DesktopName,
        RfbEncoding.TightPng, RfbEncoding.AlphaCursor, RfbEncoding.LedState, RfbEncoding.PointerType, RfbEncoding.ExtendedKeyEvent,
        RfbEncoding.ExtendedClipboard, RfbEncoding.Audio, RfbEncoding.Fence, RfbEncoding.Xvp,
    ];

    [Test]
    public async Task Damaged_connection_fails_only_with_its_own_error([Range(1, Seeds)] int seed)
    {
        var random = new Random(seed);
        var failures = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var format = WireColours.Formats[random.Next(WireColours.Formats.Length)];
            var bytes = Connection(format, random);
            if (!await RunAsync(Damage.Apply(bytes, random), format, random.Next(1, 400)))
                failures++;
        }
        Assert.That(failures, Is.InRange(Rounds / 4, Rounds - 1), "most damage is noticed; some leaves a picture");
        Soak.Note(Rounds, $"damaged RFB connections, seed {seed}");
    }

    [Test]
    public async Task Damage_beneath_the_compression_fails_only_with_its_own_error([Range(1, Seeds)] int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var format = WireColours.Formats[random.Next(WireColours.Formats.Length)];
            var encoding = random.Next(3) switch { 0 => RfbEncoding.Zrle, 1 => RfbEncoding.Zlib, _ => RfbEncoding.Tight };
            var inflated = new byte[random.Next(1, 3000)];
            if (random.Next(2) == 0)
                random.NextBytes(inflated);
            // Small values are what types, palettes and runs are made of.
            for (var i = 0; i < inflated.Length; i += random.Next(1, 9))
                inflated[i] = (byte)(random.Next(3) == 0 ? random.Next(256) : random.Next(20));
            var data = ZlibBytes.Of(inflated);
            var script = ServerScript.Connected(40, 30).Update(1).Rectangle(0, 0, random.Next(41), random.Next(31), encoding);
            if (encoding == RfbEncoding.Tight)
                script.Byte((byte)(random.Next(16) << 4)).Byte((byte)(data.Length & 127 | 128), (byte)(data.Length >> 7)).Byte(data);
            else
                script.UInt32((uint)data.Length).Byte(data);
            await RunAsync(script.Bytes.ToArray(), format, int.MaxValue);
        }

        Soak.Note(Rounds, $"damaged RFB rectangles beneath the compression, seed {seed}");
    }

    [Test]
    public async Task Damaged_client_fails_a_server_only_with_its_own_error([Range(1, Seeds)] int seed)
    {
        var random = new Random(seed);
        var ended = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var script = new ServerScript().Text("RFB 003.008\n").Byte(1, 1).Byte(ClientMessages.SetPixelFormat(WireColours.Formats[random.Next(8)]));
            for (var i = random.Next(1, 8); i > 0; i--)
                script.Byte(ClientMessage(random));
            await using var stream = new ScriptedStream(Damage.Apply(script.Bytes.ToArray(), random), random.Next(1, 200));
            try
            {
                await using var server = await RfbServerConnection.AcceptAsync(stream, 30, 20, new RfbServerOptions { MaxTextBytes = 100 });
                var picture = new Framebuffer(30, 20);
                while (await server.ReadAsync() is { } input)
                {
                    if (input is RfbUpdateRequest)
                        await server.SendUpdateAsync(picture);
                }
                ended++;
            }
            catch (RfbException)
            {
                // As it should.
            }
        }
        Assert.That(ended, Is.InRange(1, Rounds - 1));
        Soak.Note(Rounds, $"damaged RFB clients, seed {seed}");
    }

    [Test]
    public async Task Damaged_handshake_fails_only_with_its_own_error([Range(1, Seeds)] int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var script = new ServerScript().Text("RFB 003.008\n");
            script = random.Next(3) switch
            {
                0 => script.Byte(1, 20).Counted("PLAIN,SCRAM-SHA-256").Counted("r=x,s=AAAA,i=1\0").Byte(0).Counted("v=AAAA\0").Byte(1).UInt32(0),
                1 => script.Byte(1, 19).Byte(0, 2, 0, 2).UInt32(256).UInt32(262).UInt32(0),
                _ => script.Byte(2, 2, 1).Byte(new byte[16]).UInt32(1).Counted("no"),
            };
            await using var stream = new ScriptedStream(Damage.Apply(script.ServerInit(4, 4, "desk").Bytes.ToArray(), random), random.Next(1, 100));
            try
            {
                await using var client = await RfbClient.ConnectAsync(stream, new RfbClientOptions { UserName = "u", Password = "p", IsStreamPrivate = true });
            }
            catch (RfbException)
            {
                // As it should.
            }
        }
        Soak.Note(Rounds, $"damaged RFB handshakes, seed {seed}");
    }

    private static byte[] ClientMessage(Random random) => random.Next(8) switch
    {
        0 => ClientMessages.SetEncodings([RfbEncoding.Zrle, RfbEncoding.Zlib, RfbEncoding.DesktopSize]),
        1 => ClientMessages.FramebufferUpdateRequest(random.Next(2) == 0, new RfbRectangle(0, 0, 30, 20)),
        2 => ClientMessages.KeyEvent(65, true),
        3 => ClientMessages.PointerEvent(1, 2, 3),
        4 => ClientMessages.ClientCutText("some text"),
        5 => ClientMessages.ScanCodeEvent(65, 30, true),
        6 => ClientMessages.SetDesktopSize(40, 30, [new RfbScreen(1, default, 0)]),
        _ => ClientMessages.Fence(1, [1, 2]),
    };

    /// <summary>Whether a picture came of it.</summary>
    private static async Task<bool> RunAsync(byte[] bytes, RfbPixelFormat format, int pieceSize)
    {
        await using var stream = new ScriptedStream(bytes, pieceSize);
        var options = new RfbClientOptions { Password = "x", PixelFormat = format, Limits = { MaxWidth = 200, MaxHeight = 200, MaxTextBytes = 1000 } };
        try
        {
            await using var client = await RfbClient.ConnectAsync(stream, options);
            var picture = await client.CaptureAsync();
            Assert.That((picture.Width, picture.Height), Is.EqualTo((client.Width, client.Height)));
            return true;
        }
        catch (RfbException)
        {
            return false;
        }
    }

    /// <summary>A handshake and two updates of random rectangles, the last of which fills the desktop.</summary>
    private static byte[] Connection(RfbPixelFormat format, Random random)
    {
        var (width, height) = (random.Next(1, 60), random.Next(1, 60));
        var colours = new WireColours(format);
        var script = ServerScript.Connected(width, height);
        var encoders = Encodings[..7].Where(e => e != RfbEncoding.CopyRect).ToDictionary(e => e, RoundTripTests.Create);
        for (var update = 0; update < 2; update++)
        {
            script.Update(4);
            for (var i = 0; i < 3; i++)
                AddRectangle(script, Encodings[random.Next(Encodings.Length)], ref width, ref height, colours, encoders, random);
            var whole = WirePicture.Random(colours, width, height, random);
            var encoder = encoders.Values.ElementAt(random.Next(encoders.Count));
            script.Rectangle(0, 0, width, height, encoder.Encoding, encoder.Encode(whole, random));
        }
        foreach (var encoder in encoders.Values.OfType<IDisposable>())
            encoder.Dispose();
        return script.Bytes.ToArray();
    }

    private static void AddRectangle(
        ServerScript script, RfbEncoding encoding, ref int width, ref int height, WireColours colours, Dictionary<RfbEncoding, IRectangleEncoder> encoders, Random random)
    {
        switch (encoding)
        {
            case RfbEncoding.CopyRect:
                script.Rectangle(0, 0, random.Next(width + 1), random.Next(height + 1), encoding, 0, 0, 0, 0);
                break;
            case RfbEncoding.DesktopSize:
                (width, height) = (random.Next(1, 60), random.Next(1, 60));
                script.Rectangle(0, 0, width, height, encoding);
                break;
            case RfbEncoding.ExtendedDesktopSize:
                (width, height) = (random.Next(1, 60), random.Next(1, 60));
                script.Rectangle(0, 0, width, height, encoding, [1, 0, 0, 0, .. new byte[16]]);
                break;
            case RfbEncoding.LastRect:
                script.Rectangle(0, 0, 0, 0, encoding).Byte(2).Update(9);
                break;
            case RfbEncoding.Cursor:
                script.Rectangle(1, 1, 9, 2, encoding, new byte[18 * colours.Format.BytesPerPixel + 4]);
                break;
            case RfbEncoding.TightPng:
                var file = JpegPictures.HalfColours.File;
                if (width >= JpegPictures.Width && height >= JpegPictures.Height)
                    script.Rectangle(0, 0, JpegPictures.Width, JpegPictures.Height, encoding, [0x90, (byte)(file.Length & 127 | 128), (byte)(file.Length >> 7), .. file]);
                else
                    script.Rectangle(0, 0, 0, 0, RfbEncoding.PointerType);
                break;
            case RfbEncoding.AlphaCursor:
                script.Rectangle(1, 1, 2, 2, encoding, new byte[4 + 16]);
                break;
            case RfbEncoding.LedState:
                script.Rectangle(0, 0, 1, 1, encoding, 5);
                break;
            case RfbEncoding.PointerType or RfbEncoding.ExtendedKeyEvent:
                script.Rectangle(1, 0, width, height, encoding);
                break;
            // Messages of their own: the update ends here, and another begins behind them.
            case RfbEncoding.ExtendedClipboard:
                var text = ZlibBytes.Of([0, 0, 0, 4, 65, 66, 67, 0]);
                script.Rectangle(0, 0, 0, 0, RfbEncoding.LastRect)
                    .Byte(3, 0, 0, 0).UInt32(unchecked((uint)-8)).UInt32(0x1F000001).UInt32(0)
                    .Byte(3, 0, 0, 0).UInt32((uint)-(4 + text.Length)).UInt32(0x10000001).Byte(text)
                    .Byte(3, 0, 0, 0).UInt32(unchecked((uint)-4)).UInt32(0x08000001).Update(9);
                break;
            case RfbEncoding.Audio:
                script.Rectangle(0, 0, 0, 0, RfbEncoding.LastRect).Byte(255, 1, 0, 2).UInt32(6).Byte(1, 2, 3, 4, 5, 6).Update(9);
                break;
            case RfbEncoding.Fence:
                script.Rectangle(0, 0, 0, 0, RfbEncoding.LastRect).Byte(248, 0, 0, 0).UInt32(0x80000007).Byte(3, 1, 2, 3).Byte(150).Update(9);
                break;
            case RfbEncoding.Xvp:
                script.Rectangle(0, 0, 0, 0, RfbEncoding.LastRect).Byte(250, 0, 1, 1).Update(9);
                break;
            case RfbEncoding.DesktopName:
                script.Rectangle(0, 0, 0, 0, encoding).Counted("name");
                break;
            default:
                var (x, y) = (random.Next(width), random.Next(height));
                var picture = WirePicture.Random(colours, random.Next(1, width - x + 1), random.Next(1, height - y + 1), random);
                script.Rectangle(x, y, picture.Width, picture.Height, encoding, encoders[encoding].Encode(picture, random));
                break;
        }
    }
}
