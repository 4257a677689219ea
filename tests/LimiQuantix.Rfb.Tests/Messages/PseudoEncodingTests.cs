using LimiQuantix.Rfb.Tests.Support;

namespace LimiQuantix.Rfb.Tests.Messages;

internal sealed class PseudoEncodingTests
{
    [Test]
    public async Task Last_rectangle_ends_an_update_whatever_its_header_counted()
    {
        var script = new ServerScript().Update(65535).Solid(0, 0, 1, 1, 0x112233).Rectangle(0, 0, 0, 0, RfbEncoding.LastRect)
            .Update(1).Solid(1, 0, 1, 1, 0x445566);

        var picture = await Decoding.MessagesAsync(script.Bytes, 2, 1);

        Assert.That(picture.Hex(0), Is.EqualTo("112233 445566"));
    }

    [Test]
    public async Task Cursor_is_read_and_ignored()
    {
        // Nine by two: 18 pixels of four bytes and two rows of a two-byte mask.
        var script = new ServerScript().Update(2).Rectangle(4, 4, 9, 2, RfbEncoding.Cursor, new byte[18 * 4 + 4]).Solid(0, 0, 1, 1, 0x112233);

        var picture = await Decoding.MessagesAsync(script.Bytes, 1, 1);

        Assert.That(picture.Hex(0), Is.EqualTo("112233"));
    }

    [Test]
    public async Task Desktop_size_gives_a_new_framebuffer()
    {
        var script = new ServerScript().Update(1).Rectangle(0, 0, 3, 2, RfbEncoding.DesktopSize);

        var picture = await Decoding.MessagesAsync(script.Bytes, 1, 1);

        Assert.That((picture.Width, picture.Height), Is.EqualTo((3, 2)));
    }

    [TestCase(0, 0, 3)]
    [TestCase(1, 0, 3)]
    [TestCase(1, 2, 1, Description = "a refusal of this client's own wish changes nothing")]
    public async Task Extended_desktop_size_gives_a_new_framebuffer_unless_it_tells_of_a_refusal(int reason, int status, int expectedWidth)
    {
        var script = new ServerScript().Update(1).Rectangle(reason, status, 3, 2, RfbEncoding.ExtendedDesktopSize, [2, 0, 0, 0, .. new byte[32]]);

        var picture = await Decoding.MessagesAsync(script.Bytes, 1, 1);

        Assert.That(picture.Width, Is.EqualTo(expectedWidth));
    }

    [TestCase(0, 5, RfbErrorCode.ProtocolViolation)]
    [TestCase(65535, 65535, RfbErrorCode.LimitExceeded)]
    public async Task Desktop_size_that_is_empty_or_beyond_the_limits_is_refused(int width, int height, RfbErrorCode code)
    {
        var script = new ServerScript().Update(1).Rectangle(0, 0, width, height, RfbEncoding.DesktopSize);

        var error = await Assert.ThrowsAsync<RfbException>(() => Decoding.MessagesAsync(script.Bytes, 1, 1));

        Assert.That(error?.Code, Is.EqualTo(code));
    }

    [Test]
    public async Task Text_beyond_the_limit_is_refused_before_it_is_read()
    {
        var name = new ServerScript().Update(1).Rectangle(0, 0, 0, 0, RfbEncoding.DesktopName).UInt32(uint.MaxValue);
        var clipboard = new ServerScript().Byte(3, 0, 0, 0).UInt32(uint.MaxValue);

        var nameError = await Assert.ThrowsAsync<RfbException>(() => Decoding.MessagesAsync(name.Bytes, 1, 1));
        var clipboardError = await Assert.ThrowsAsync<RfbException>(() => Decoding.MessagesAsync(clipboard.Bytes, 1, 1));

        Assert.That(new[] { nameError?.Code, clipboardError?.Code }, Is.All.EqualTo(RfbErrorCode.LimitExceeded));
    }

    [Test]
    public async Task Unknown_message_is_refused()
    {
        var error = await Assert.ThrowsAsync<RfbException>(() => Decoding.MessagesAsync(new byte[] { 4 }, 1, 1));

        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.ProtocolViolation));
    }
}
