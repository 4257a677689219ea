using LimiQuantix.Rfb.Tests.Support;

namespace LimiQuantix.Rfb.Tests.Encodings;

internal sealed class RawDecoderTests
{
    [Test]
    public async Task Raw_reads_rows_from_the_top_in_the_default_format()
    {
        var picture = await Decoding.RectangleAsync(RfbEncoding.Raw, 2, 2, [3, 2, 1, 0, 6, 5, 4, 99, 9, 8, 7, 0, 12, 11, 10, 0]);

        Assert.That(picture.Hex(0), Is.EqualTo("010203 040506"));
        Assert.That(picture.Hex(1), Is.EqualTo("070809 0A0B0C"));
        Assert.That(picture.Pixels.Span[1], Is.EqualTo(0xFF040506), "the unused byte is made opaque");
    }

    [Test]
    public async Task Raw_scales_the_intensities_of_16_bit_pixels()
    {
        // White; red 31; green 1 of 63; blue 16 of 31.
        var picture = await Decoding.RectangleAsync(RfbEncoding.Raw, 4, 1, [0xFF, 0xFF, 0x00, 0xF8, 0x20, 0x00, 0x10, 0x00], RfbPixelFormat.Rgb565);

        Assert.That(picture.Hex(0), Is.EqualTo("FFFFFF FF0000 000400 000084"));
    }

    [Test]
    public async Task Raw_looks_up_indexes_in_the_colour_map()
    {
        var format = new RfbPixelFormat { BitsPerPixel = 8, Depth = 8, TrueColour = false };
        var script = new ServerScript()
            .Byte(1, 0).UInt16(254, 3).UInt16(0x1200, 0x3400, 0x5600, 0xFFFF, 0, 0, 1, 2, 3)
            .Update(1).Rectangle(0, 0, 3, 1, RfbEncoding.Raw, 255, 254, 0);

        var picture = await Decoding.MessagesAsync(script.Bytes, 3, 1, format);

        Assert.That(picture.Hex(0), Is.EqualTo("FF0000 123456 000000"));
    }

    [Test]
    public async Task Rectangle_that_leaves_the_desktop_is_refused()
    {
        foreach (var (x, y, w, h) in new[] { (1, 0, 4, 1), (0, 1, 1, 4), (65535, 0, 1, 1), (65535, 65535, 65535, 65535) })
        {
            var script = new ServerScript().Update(1).Rectangle(x, y, w, h, RfbEncoding.Raw, new byte[64]);
            var error = await Assert.ThrowsAsync<RfbException>(() => Decoding.MessagesAsync(script.Bytes, 4, 4));
            Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.ProtocolViolation));
        }
    }

    [Test]
    public async Task Raw_that_ends_early_is_a_closed_connection() =>
        Assert.That(await Decoding.ErrorAsync(RfbEncoding.Raw, 2, 2, new byte[15]), Is.EqualTo(RfbErrorCode.ConnectionClosed));

    [Test]
    public async Task Encoding_not_asked_for_is_refused() =>
        Assert.That(await Decoding.ErrorAsync((RfbEncoding)21, 2, 2, []), Is.EqualTo(RfbErrorCode.UnsupportedEncoding));
}
