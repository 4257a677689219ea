using LimiQuantix.Rfb.Tests.Support;

namespace LimiQuantix.Rfb.Tests.Encodings;

internal sealed class TightDecoderTests
{
    [Test]
    public async Task Fill_is_one_colour_in_the_order_red_green_blue() =>
        Assert.That((await DecodeAsync(2, 1, [0x80, 1, 2, 3])).Hex(0), Is.EqualTo("010203 010203"));

    [Test]
    public async Task Less_than_twelve_bytes_come_uncompressed() =>
        Assert.That((await DecodeAsync(3, 1, [0x00, 1, 2, 3, 4, 5, 6, 7, 8, 9])).Hex(0), Is.EqualTo("010203 040506 070809"));

    [Test]
    public async Task Twelve_bytes_come_compressed_behind_a_compact_length()
    {
        var data = ZlibBytes.Of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);

        var picture = await DecodeAsync(4, 1, [0x10, (byte)data.Length, .. data]);

        Assert.That(picture.Hex(0), Is.EqualTo("010203 040506 070809 0A0B0C"));
    }

    [Test]
    public async Task Palette_of_two_uses_one_bit() =>
        Assert.That((await DecodeAsync(3, 1, [0x40, 1, 1, 1, 1, 1, 2, 2, 2, 0b0100_0000])).Hex(0), Is.EqualTo("010101 020202 010101"));

    [Test]
    public async Task Palette_of_three_uses_a_byte() =>
        Assert.That((await DecodeAsync(3, 1, [0x40, 1, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 2, 0, 1])).Hex(0), Is.EqualTo("030303 010101 020202"));

    [Test]
    public async Task Gradient_adds_to_a_guess_from_three_neighbours()
    {
        // Row 0: 10, then 10 + 5; row 1: 10 + 1 from above, then 11 + 15 - 10 = 16 and 0 more. One pixel: all components alike.
        byte[] differences = [10, 10, 10, 5, 5, 5, 1, 1, 1, 0, 0, 0];
        var data = ZlibBytes.Of(differences);

        var picture = await DecodeAsync(2, 2, [0x40, 2, (byte)data.Length, .. data]);

        Assert.That(picture.Hex(0), Is.EqualTo("0A0A0A 0F0F0F"));
        Assert.That(picture.Hex(1), Is.EqualTo("0B0B0B 101010"));
    }

    [Test]
    public async Task Reset_bit_begins_the_stream_anew()
    {
        var data = ZlibBytes.Of(new byte[12]);
        var again = new ServerScript().Update(2)
            .Rectangle(0, 0, 4, 1, RfbEncoding.Tight, [0x00, (byte)data.Length, .. data])
            .Rectangle(0, 0, 4, 1, RfbEncoding.Tight, [0x00, (byte)data.Length, .. data]);
        var reset = new ServerScript().Update(2)
            .Rectangle(0, 0, 4, 1, RfbEncoding.Tight, [0x00, (byte)data.Length, .. data])
            .Rectangle(0, 0, 4, 1, RfbEncoding.Tight, [0x01, (byte)data.Length, .. data]);

        var error = await Assert.ThrowsAsync<RfbException>(() => Decoding.MessagesAsync(again.Bytes, 4, 1));

        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.ProtocolViolation), "a header in the midst of a stream");
        Assert.That((await Decoding.MessagesAsync(reset.Bytes, 4, 1)).Hex(0), Is.EqualTo("000000 000000 000000 000000"));
    }

    [TestCase((byte)0x90, Description = "a JPEG picture of one byte")]
    [TestCase((byte)0xA0, Description = "a PNG picture of one byte")]
    [TestCase((byte)0xB0)]
    [TestCase((byte)0xF0)]
    public async Task Forms_unknown_or_damaged_are_refused(byte control) =>
        Assert.That(await Decoding.ErrorAsync(RfbEncoding.Tight, 2, 1, [control, 1, 1, 1]), Is.EqualTo(RfbErrorCode.ProtocolViolation));

    [Test]
    public async Task Unknown_filter_and_index_beyond_the_palette_are_refused()
    {
        Assert.That(await Decoding.ErrorAsync(RfbEncoding.Tight, 2, 1, [0x40, 3]), Is.EqualTo(RfbErrorCode.ProtocolViolation));
        Assert.That(await Decoding.ErrorAsync(RfbEncoding.Tight, 1, 1, [0x40, 1, 2, .. new byte[9], 3]), Is.EqualTo(RfbErrorCode.ProtocolViolation));
        Assert.That(await Decoding.ErrorAsync(RfbEncoding.Tight, 8, 1, [0x40, 1, 0, 9, 9, 9, 1]), Is.EqualTo(RfbErrorCode.ProtocolViolation), "a palette of one");
        Assert.That(await Decoding.ErrorAsync(RfbEncoding.Tight, 2, 1, [0x40, 2, 0, 0], RfbPixelFormat.Bgr233), Is.EqualTo(RfbErrorCode.ProtocolViolation), "a gradient of 8 bits");
    }

    private static Task<Framebuffer> DecodeAsync(int width, int height, byte[] data) => Decoding.RectangleAsync(RfbEncoding.Tight, width, height, data);
}
