using LimiQuantix.Rfb.Tests.Support;

namespace LimiQuantix.Rfb.Tests.Encodings;

internal sealed class HextileDecoderTests
{
    private static readonly byte[] Grey = [0x10, 0x10, 0x10, 0];
    private static readonly byte[] Blue = [0xFF, 0, 0, 0];

    [Test]
    public async Task Colours_carry_over_to_the_next_tile()
    {
        // 18 wide: a tile of 16 and one of 2. The second names no colour.
        byte[] data = [2 | 4 | 8, .. Grey, .. Blue, 1, 0x00, 0x00, 8, 1, 0x10, 0x00];

        var picture = await Decoding.RectangleAsync(RfbEncoding.Hextile, 18, 1, data);

        Assert.That(picture.Hex(0), Is.EqualTo("0000FF " + string.Join(' ', Enumerable.Repeat("101010", 16)) + " 0000FF"));
    }

    [Test]
    public async Task Coloured_subrectangles_bring_their_own_colours()
    {
        byte[] data = [2 | 8 | 16, .. Grey, 2, .. Blue, 0x00, 0x11, 0, 0xFF, 0, 0, 0x11, 0x10];

        var picture = await Decoding.RectangleAsync(RfbEncoding.Hextile, 3, 2, data);

        Assert.That(picture.Hex(0), Is.EqualTo("0000FF 0000FF 101010"));
        Assert.That(picture.Hex(1), Is.EqualTo("0000FF 00FF00 00FF00"));
    }

    [Test]
    public async Task Raw_tile_holds_its_pixels_whatever_else_its_mask_says()
    {
        var picture = await Decoding.RectangleAsync(RfbEncoding.Hextile, 2, 1, [1 | 2 | 8, 1, 0, 0, 0, 2, 0, 0, 0]);

        Assert.That(picture.Hex(0), Is.EqualTo("000001 000002"));
    }

    [TestCase((byte)0x20, (byte)0x10)]
    [TestCase((byte)0x02, (byte)0x01)]
    [TestCase((byte)0xFF, (byte)0xFF)]
    public async Task Subrectangle_that_leaves_its_tile_is_refused(byte position, byte size) =>
        Assert.That(
            await Decoding.ErrorAsync(RfbEncoding.Hextile, 3, 3, [2 | 8, .. Grey, 1, position, size]),
            Is.EqualTo(RfbErrorCode.ProtocolViolation));
}
