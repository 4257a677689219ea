using LimiQuantix.Rfb.Messages;

namespace LimiQuantix.Rfb.Tests;

internal sealed class RfbClientMessageTests
{
    private static readonly byte[][] Messages =
    [
        ClientMessages.SetPixelFormat(RfbPixelFormat.Bgrx32),
        ClientMessages.SetEncodings([RfbEncoding.Raw, RfbEncoding.Zrle, RfbEncoding.LastRect]),
        ClientMessages.FramebufferUpdateRequest(true, new RfbRectangle(1, 2, 3, 4)),
        ClientMessages.KeyEvent(0xFF0D, true),
        ClientMessages.PointerEvent(1, 300, 200),
        ClientMessages.ClientCutText("text"),
        [6, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFC, 1, 0, 0, 1], // extended clipboard of four bytes
        [150, 1, 0, 0, 0, 0, 2, 0, 2, 0],
        [248, 0, 0, 0, 0x80, 0, 0, 1, 3, 1, 2, 3],
        [250, 0, 1, 2],
        [251, 0, 1, 0, 1, 0, 1, 0, .. new byte[16]],
        [255, 0, 0, 1, 0, 0, 0, 65, 0, 0, 0, 30],
        [255, 1, 0, 0],
        [255, 1, 0, 2, 3, 2, 0, 0, 0xAC, 0x44],
    ];

    [TestCaseSource(nameof(Messages))]
    public void Length_is_known_from_the_header_and_asked_for_until_then(byte[] message)
    {
        for (var count = 0; count <= message.Length; count++)
        {
            if (RfbClientMessage.TryGetLength(message.AsSpan(0, count), out var length))
                Assert.That(length, Is.EqualTo(message.Length));
            else
                Assert.That((length, count), Is.EqualTo((0L, Math.Min(count, RfbClientMessage.MaxHeaderLength - 1))));
        }
        Assert.That(RfbClientMessage.TryGetLength(message, out _));
    }

    [Test]
    public void Longest_clipboard_has_a_length_and_not_an_overflow()
    {
        Assert.That(RfbClientMessage.TryGetLength([6, 0, 0, 0, 0x80, 0, 0, 0], out var length));
        Assert.That(length, Is.EqualTo(8 + (1L << 31)));
    }

    [TestCase(new byte[] { 1 })]
    [TestCase(new byte[] { 7 })]
    [TestCase(new byte[] { 255, 9 })]
    [TestCase(new byte[] { 255, 1, 0, 3 })]
    [TestCase(new byte[] { 248, 0, 0, 0, 0, 0, 0, 0, 65 })]
    public void What_no_client_sends_is_refused(byte[] start)
    {
        var error = Assert.Throws<RfbException>(() => RfbClientMessage.TryGetLength(start, out _));

        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.ProtocolViolation));
    }
}
