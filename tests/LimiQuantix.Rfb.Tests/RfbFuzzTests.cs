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
