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

    [Test]
    public async Task Desktop_size_beyond_the_limits_is_refused()
    {
        var script = new ServerScript().Update(1).Rectangle(0, 0, 65535, 65535, RfbEncoding.DesktopSize);

        var error = await Assert.ThrowsAsync<RfbException>(() => Decoding.MessagesAsync(script.Bytes, 1, 1));

        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.LimitExceeded));
    }

    [TestCase(0, 5)]
    [TestCase(0, 0)]
    public async Task Desktop_may_become_empty(int width, int height)
    {
        var script = new ServerScript().Update(1).Rectangle(0, 0, width, height, RfbEncoding.DesktopSize);

        var picture = await Decoding.MessagesAsync(script.Bytes, 1, 1);

        Assert.That((picture.Width, picture.Height), Is.EqualTo((width, height)));
    }

    [Test]
    public async Task Texts_beyond_the_limit_are_left_out_and_what_follows_is_read()
    {
        var script = new ServerScript()
            .Update(1).Rectangle(0, 0, 0, 0, RfbEncoding.DesktopName).Counted("a long name")
            .Byte(3, 0, 0, 0).Counted("clip")
            .Byte(3, 0, 0, 0).Counted("a long clipboard")
            .Byte(2);

        var (desktop, heard) = await Decoding.DesktopAsync(script.Bytes, new RfbLimits { MaxTextBytes = 5 });

        Assert.That((desktop.Name, desktop.ClipboardText), Is.EqualTo(("a lon", "clip")));
        Assert.That((heard.ClipboardTooLong, heard.Bells), Is.EqualTo((true, 1)));
    }

    [Test]
    public async Task Unknown_message_is_refused()
    {
        var error = await Assert.ThrowsAsync<RfbException>(() => Decoding.MessagesAsync(new byte[] { 4 }, 1, 1));

        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.ProtocolViolation));
    }
}
