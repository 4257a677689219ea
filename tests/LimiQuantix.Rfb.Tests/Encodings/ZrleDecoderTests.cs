using LimiQuantix.Rfb.Tests.Support;

namespace LimiQuantix.Rfb.Tests.Encodings;

internal sealed class ZrleDecoderTests
{
    private static readonly byte[] Grey = [0x10, 0x10, 0x10];
    private static readonly byte[] Blue = [0xFF, 0, 0];
    private static readonly byte[] Green = [0, 0xFF, 0];

    [Test]
    public async Task Raw_tile_holds_compact_pixels() =>
        Assert.That((await DecodeAsync(2, 1, [0, .. Blue, .. Grey])).Hex(0), Is.EqualTo("0000FF 101010"));

    [Test]
    public async Task Solid_tile_is_one_colour() =>
        Assert.That((await DecodeAsync(2, 2, [1, .. Green])).Hex(1), Is.EqualTo("00FF00 00FF00"));

    [Test]
    public async Task Packed_palette_of_two_uses_one_bit_and_begins_rows_on_a_byte()
    {
        var picture = await DecodeAsync(3, 2, [2, .. Grey, .. Blue, 0b0100_0000, 0b1010_0000]);

        Assert.That(picture.Hex(0), Is.EqualTo("101010 0000FF 101010"));
        Assert.That(picture.Hex(1), Is.EqualTo("0000FF 101010 0000FF"));
    }

    [Test]
    public async Task Packed_palette_of_three_uses_two_bits() =>
        Assert.That(
            (await DecodeAsync(5, 1, [3, .. Grey, .. Blue, .. Green, 0b00_01_10_00, 0b10_000000])).Hex(0),
            Is.EqualTo("101010 0000FF 00FF00 101010 00FF00"));

    [Test]
    public async Task Packed_palette_of_five_uses_four_bits() =>
        Assert.That(
            (await DecodeAsync(3, 1, [5, .. Grey, .. Blue, .. Green, .. Grey, .. Grey, 0x12, 0x40])).Hex(0),
            Is.EqualTo("0000FF 00FF00 101010"));

    [Test]
    public async Task Plain_runs_go_on_across_rows_and_beyond_255()
    {
        var picture = await DecodeAsync(64, 5, [128, .. Blue, 255, 43, .. Grey, 20]);

        Assert.That(picture.Pixels.ToArray().Count(p => p == 0xFF0000FF), Is.EqualTo(299));
        Assert.That(picture.Pixels.Span[299], Is.EqualTo(0xFF101010));
    }

    [Test]
    public async Task Palette_runs_mark_their_length_with_the_highest_bit() =>
        Assert.That(
            (await DecodeAsync(4, 1, [130, .. Grey, .. Blue, 1, 128, 1, 1])).Hex(0),
            Is.EqualTo("0000FF 101010 101010 0000FF"));

    [TestCase(17)]
    [TestCase(127)]
    [TestCase(129)]
    public async Task Tile_types_without_meaning_are_refused(byte type) => Assert.That(await ErrorAsync(4, 4, [type, .. new byte[64]]), Is.EqualTo(RfbErrorCode.ProtocolViolation));

    [Test]
    public async Task Run_that_leaves_its_tile_is_refused() => Assert.That(await ErrorAsync(2, 1, [128, .. Blue, 2]), Is.EqualTo(RfbErrorCode.ProtocolViolation));

    [Test]
    public async Task Endless_run_is_refused_where_it_leaves_its_tile() =>
        Assert.That(await ErrorAsync(64, 64, [128, .. Blue, .. Enumerable.Repeat((byte)255, 5000)]), Is.EqualTo(RfbErrorCode.ProtocolViolation));

    [Test]
    public async Task Index_beyond_the_palette_is_refused()
    {
        Assert.That(await ErrorAsync(2, 1, [3, .. Grey, .. Blue, .. Green, 0b11_00_0000]), Is.EqualTo(RfbErrorCode.ProtocolViolation));
        Assert.That(await ErrorAsync(2, 1, [130, .. Grey, .. Blue, 2, 2]), Is.EqualTo(RfbErrorCode.ProtocolViolation));
    }

    private static Task<Framebuffer> DecodeAsync(int width, int height, byte[] tiles) => Decoding.RectangleAsync(RfbEncoding.Zrle, width, height, Compressed(tiles));

    private static Task<RfbErrorCode?> ErrorAsync(int width, int height, byte[] tiles) => Decoding.ErrorAsync(RfbEncoding.Zrle, width, height, Compressed(tiles));

    private static byte[] Compressed(byte[] tiles)
    {
        var data = ZlibBytes.Of(tiles);
        return new ServerScript().UInt32((uint)data.Length).Byte(data).Bytes.ToArray();
    }
}
