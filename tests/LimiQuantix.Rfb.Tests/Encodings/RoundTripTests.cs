using LimiQuantix.Rfb.Tests.Support;

namespace LimiQuantix.Rfb.Tests.Encodings;

/// <summary>Random pictures through the test's own encoders and back, many rectangles on one connection.</summary>
internal sealed class RoundTripTests
{
    private const int Width = 150;
    private const int Height = 90;

    private static readonly RfbEncoding[] Encodings =
        [RfbEncoding.Raw, RfbEncoding.Rre, RfbEncoding.Hextile, RfbEncoding.Zlib, RfbEncoding.Tight, RfbEncoding.Zrle];

    public static IRectangleEncoder Create(RfbEncoding encoding) => encoding switch
    {
        RfbEncoding.Raw => new RawEncoder(),
        RfbEncoding.Rre => new RreEncoder(),
        RfbEncoding.Hextile => new HextileEncoder(),
        RfbEncoding.Zlib => new ZlibEncoder(),
        RfbEncoding.Tight => new TightEncoder(),
        _ => new ZrleEncoder(),
    };

    [Test]
    public async Task Picture_survives_every_encoding_in_every_pixel_format(
        [ValueSource(nameof(Encodings))] RfbEncoding encoding, [Range(0, 7)] int format)
    {
        var random = new Random(1000 * format + (int)encoding);
        var colours = new WireColours(WireColours.Formats[format]);
        var encoder = Create(encoding);
        using var disposable = encoder as IDisposable;
        var script = new ServerScript();
        var expected = new uint[Width * Height];
        Array.Fill(expected, 0xFF000000);
        for (var update = 0; update < 12; update++)
        {
            script.Update(3);
            for (var rectangle = 0; rectangle < 3; rectangle++)
            {
                var (x, y) = (random.Next(Width), random.Next(Height));
                var picture = WirePicture.Random(colours, random.Next(1, Width - x + 1), random.Next(1, Height - y + 1), random);
                script.Rectangle(x, y, picture.Width, picture.Height, encoding, encoder.Encode(picture, random));
                var pixels = picture.Expected;
                for (var row = 0; row < picture.Height; row++)
                    Array.Copy(pixels, row * picture.Width, expected, (y + row) * Width + x, picture.Width);
            }
        }

        var result = await Decoding.MessagesAsync(script.Bytes, Width, Height, colours.Format, pieceSize: random.Next(1, 5000));

        Assert.That(result.Pixels.ToArray(), Is.EqualTo(expected));
    }
}
