using LimiQuantix.Rfb.Tests.Support;

namespace LimiQuantix.Rfb.Tests.Encodings;

internal sealed class ZlibDecoderTests
{
    [Test]
    public async Task Stream_goes_on_from_rectangle_to_rectangle()
    {
        using var zlib = new ZlibBytes();
        var script = new ServerScript();
        for (byte i = 0; i < 3; i++)
        {
            var data = zlib.Next([i, 0, 0, 0]);
            script.Update(1).Rectangle(i, 0, 1, 1, RfbEncoding.Zlib).UInt32((uint)data.Length).Byte(data);
        }

        var picture = await Decoding.MessagesAsync(script.Bytes, 3, 1);

        Assert.That(picture.Hex(0), Is.EqualTo("000000 000001 000002"));
    }

    [Test]
    public async Task Data_that_ends_before_the_pixels_do_is_refused() =>
        Assert.That(await ErrorAsync(ZlibBytes.Of(new byte[7])), Is.EqualTo(RfbErrorCode.ProtocolViolation));

    [Test]
    public async Task Data_that_goes_on_after_the_pixels_is_refused() =>
        Assert.That(await ErrorAsync(ZlibBytes.Of(new byte[9])), Is.EqualTo(RfbErrorCode.ProtocolViolation));

    [Test]
    public async Task What_is_no_zlib_stream_is_refused() =>
        Assert.That(await ErrorAsync([1, 2, 3, 4]), Is.EqualTo(RfbErrorCode.ProtocolViolation));

    [Test]
    public async Task Inflate_bomb_is_refused_without_being_inflated()
    {
        var bomb = ZlibBytes.Of(new byte[64 << 20]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = await ErrorAsync(bomb);

        Assert.That(error, Is.EqualTo(RfbErrorCode.LimitExceeded));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4 << 20));
    }

    [Test]
    public async Task Length_beyond_any_encoder_is_refused_before_the_data()
    {
        Assert.That(
            await Decoding.ErrorAsync(RfbEncoding.Zlib, 2, 1, [0xFF, 0xFF, 0xFF, 0xFF]),
            Is.EqualTo(RfbErrorCode.LimitExceeded));
    }

    [Test]
    public async Task Claimed_length_costs_no_memory_until_it_arrives()
    {
        // 4000 by 4000 pixels allow 128 MB of compressed data; the server sends ten bytes of it.
        var script = new ServerScript().Update(1).Rectangle(0, 0, 4000, 4000, RfbEncoding.Zlib).UInt32(100_000_000).Byte(new byte[10]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = await Assert.ThrowsAsync<RfbException>(() => Decoding.MessagesAsync(script.Bytes, 4000, 4000));

        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.ConnectionClosed));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4000 * 4000 * 4 + (2 << 20)), "the framebuffer and little more");
    }

    private static Task<RfbErrorCode?> ErrorAsync(byte[] data) =>
        Decoding.ErrorAsync(RfbEncoding.Zlib, 2, 1, new ServerScript().UInt32((uint)data.Length).Byte(data).Bytes.ToArray());
}
