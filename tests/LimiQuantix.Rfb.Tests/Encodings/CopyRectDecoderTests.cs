using LimiQuantix.Rfb.Tests.Support;

namespace LimiQuantix.Rfb.Tests.Encodings;

internal sealed class CopyRectDecoderTests
{
    private const uint Red = 0xFF0000;
    private const uint Green = 0x00FF00;
    private const uint Blue = 0x0000FF;

    // Three columns and three rows of their own colours, on the diagonal.
    private static ServerScript Diagonal() => new ServerScript().Update(4).Solid(0, 0, 1, 1, Red).Solid(1, 1, 1, 1, Green).Solid(2, 2, 1, 1, Blue);

    [TestCase(0, 0, 1, 1, "FF0000 000000 000000", "000000 FF0000 000000", "000000 000000 00FF00")]
    [TestCase(1, 1, 0, 0, "00FF00 000000 000000", "000000 0000FF 000000", "000000 000000 0000FF")]
    [TestCase(0, 1, 1, 1, "FF0000 000000 000000", "000000 000000 00FF00", "000000 000000 000000")]
    [TestCase(0, 0, 0, 1, "FF0000 000000 000000", "FF0000 000000 000000", "000000 00FF00 0000FF")]
    public async Task Copy_is_right_when_source_and_destination_overlap(int fromX, int fromY, int toX, int toY, string row0, string row1, string row2)
    {
        var script = Diagonal().Rectangle(toX, toY, 2, 2, RfbEncoding.CopyRect, 0, (byte)fromX, 0, (byte)fromY);

        var picture = await Decoding.MessagesAsync(script.Bytes, 3, 3);

        Assert.That(new[] { picture.Hex(0), picture.Hex(1), picture.Hex(2) }, Is.EqualTo(new[] { row0, row1, row2 }));
    }

    [TestCase(2, 0)]
    [TestCase(0, 2)]
    [TestCase(255, 255)]
    public async Task Source_outside_the_desktop_is_refused(int x, int y)
    {
        var script = Diagonal().Rectangle(0, 0, 2, 2, RfbEncoding.CopyRect, 0, (byte)x, 0, (byte)y);

        var error = await Assert.ThrowsAsync<RfbException>(() => Decoding.MessagesAsync(script.Bytes, 3, 3));

        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.ProtocolViolation));
    }
}
