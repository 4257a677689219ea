using LimiQuantix.Rfb.Tests.Support;

namespace LimiQuantix.Rfb.Tests.Encodings;

internal sealed class RreDecoderTests
{
    [Test]
    public async Task Rre_fills_the_background_and_then_its_subrectangles_in_order()
    {
        var data = new ServerScript().UInt32(2).Byte(0x10, 0x10, 0x10, 0)
            .Byte(0x22, 0, 0, 0).UInt16(0, 0, 3, 1)
            .Byte(0x33, 0, 0, 0).UInt16(1, 0, 2, 2).Bytes.ToArray();

        var picture = await Decoding.RectangleAsync(RfbEncoding.Rre, 4, 2, data);

        Assert.That(picture.Hex(0), Is.EqualTo("000022 000033 000033 101010"));
        Assert.That(picture.Hex(1), Is.EqualTo("101010 000033 000033 101010"));
    }

    [TestCase(3, 0, 2, 1)]
    [TestCase(0, 1, 1, 2)]
    [TestCase(65535, 65535, 65535, 65535)]
    public async Task Subrectangle_that_leaves_its_rectangle_is_refused(int x, int y, int width, int height)
    {
        var data = new ServerScript().UInt32(1).UInt32(0).UInt32(0).UInt16(x, y, width, height).Bytes.ToArray();

        Assert.That(await Decoding.ErrorAsync(RfbEncoding.Rre, 4, 2, data), Is.EqualTo(RfbErrorCode.ProtocolViolation));
    }

    [Test]
    public async Task More_subrectangles_than_pixels_are_refused_before_any_is_read() =>
        Assert.That(await Decoding.ErrorAsync(RfbEncoding.Rre, 4, 2, [0, 0, 0, 9, 0, 0, 0, 0]), Is.EqualTo(RfbErrorCode.ProtocolViolation));
}
