using LimiQuantix.Rfb.Tests.Support;

namespace LimiQuantix.Rfb.Tests.Server;

internal sealed class RfbServerConnectionTests
{
    [Test]
    public async Task Client_sees_the_picture_in_every_encoding_and_format(
        [Values(RfbEncoding.Raw, RfbEncoding.Zlib, RfbEncoding.Zrle)] RfbEncoding encoding, [Range(0, 6)] int format)
    {
        var colours = new WireColours(WireColours.Formats[format]);
        var wire = WirePicture.Random(colours, 150, 90, new Random(format));
        var picture = ToPicture(wire.Expected, 150, 90);
        await using var pair = await Pair.ConnectAsync(150, 90, new RfbClientOptions { Encodings = [encoding], PixelFormat = colours.Format });

        for (var i = 0; i < 2; i++)
        {
            var capturing = pair.Client.CaptureAsync();
            var request = await pair.NextAsync<RfbUpdateRequest>();
            await pair.Server.SendUpdateAsync(picture, [new RfbRectangle(0, 0, 150, 30), new RfbRectangle(0, 30, 150, 60)]);

            Assert.That(request, Is.EqualTo(new RfbUpdateRequest(false, new RfbRectangle(0, 0, 150, 90))));
            Assert.That((await capturing).Pixels.ToArray(), Is.EqualTo(wire.Expected));
        }
    }

    [Test]
    public async Task Input_arrives_as_it_was_sent()
    {
        await using var pair = await Pair.ConnectAsync(10, 10);

        await pair.Client.SendKeyAsync(0xFF0D, pressed: true);
        await pair.Client.SendPointerAsync(5, 3, 4);
        await pair.Client.SendClipboardTextAsync("grün");

        Assert.That(await pair.NextAsync<RfbKeyInput>(), Is.EqualTo(new RfbKeyInput(0xFF0D, 0, true)));
        Assert.That(await pair.NextAsync<RfbPointerInput>(), Is.EqualTo(new RfbPointerInput(5, 3, 4)));
        Assert.That(await pair.NextAsync<RfbClipboardInput>(), Is.EqualTo(new RfbClipboardInput("grün")));
        await pair.Client.DisposeAsync();
        Assert.That(await pair.Server.ReadAsync(), Is.Null, "the end of the connection is no error");
    }

    [Test]
    public async Task Password_is_asked_for_and_a_wrong_one_refused_with_a_reason()
    {
        var options = new RfbServerOptions { Password = "secret", DesktopName = "büro" };
        await using (var pair = await Pair.ConnectAsync(2, 2, new RfbClientOptions { Password = "secret" }, options))
            Assert.That((pair.Client.SecurityType, pair.Client.DesktopName), Is.EqualTo((RfbSecurityType.VncAuthentication, "büro")));

        var (near, far) = Pair.Streams();
        var accepting = RfbServerConnection.AcceptAsync(far, 2, 2, options);
        var error = await Assert.ThrowsAsync<RfbException>(() => RfbClient.ConnectAsync(near, new RfbClientOptions { Password = "wrong" }));
        var refusal = await Assert.ThrowsAsync<RfbException>(() => accepting);

        Assert.That((error?.Code, refusal?.Code), Is.EqualTo((RfbErrorCode.AuthenticationFailed, RfbErrorCode.AuthenticationFailed)));
        Assert.That(error?.Message, Does.Contain("Wrong password"));
    }

    [Test]
    public async Task Picture_of_another_size_resizes_the_client()
    {
        await using var pair = await Pair.ConnectAsync(8, 8);
        var capturing = pair.Client.CaptureAsync();
        await pair.NextAsync<RfbUpdateRequest>();
        await pair.Server.SendUpdateAsync(ToPicture([.. Enumerable.Repeat(0xFF112233u, 20)], 5, 4));

        Assert.That((await capturing).Pixels.ToArray(), Has.Length.EqualTo(20).And.All.EqualTo(0xFF112233));
    }

    [Test]
    public async Task Desktop_without_a_size_gets_one_later_and_may_lose_it_again()
    {
        await using var pair = await Pair.ConnectAsync(0, 0);
        Assert.That((pair.Client.Width, pair.Client.Height), Is.EqualTo((0, 0)));
        await using var changes = pair.Client.WatchAsync().GetAsyncEnumerator();

        foreach (var (width, height) in new[] { (5, 4), (0, 0), (2, 3) })
        {
            var next = changes.MoveNextAsync();
            await pair.NextAsync<RfbUpdateRequest>();
            await pair.Server.SendUpdateAsync(ToPicture([.. Enumerable.Repeat(0xFF112233u, width * height)], width, height));
            Assert.That(await next && changes.Current.Resized);
            Assert.That((await pair.Client.SnapshotAsync()).Pixels.ToArray(), Has.Length.EqualTo(width * height).And.All.EqualTo(0xFF112233));
        }
    }

    [TestCase("GET / HTTP/1.1\r\n\r\n", RfbErrorCode.UnsupportedVersion)]
    [TestCase("RFB 003.008\n\u0002", RfbErrorCode.ProtocolViolation)]
    [TestCase("RFB 003", RfbErrorCode.ConnectionClosed)]
    public async Task What_is_no_client_is_refused(string said, RfbErrorCode code)
    {
        await using var stream = new ScriptedStream(new ServerScript().Text(said).Bytes, pieceSize: 3);

        var error = await Assert.ThrowsAsync<RfbException>(() => RfbServerConnection.AcceptAsync(stream, 2, 2));

        Assert.That(error?.Code, Is.EqualTo(code));
        Assert.That(stream.Disposed);
    }

    private static Framebuffer ToPicture(uint[] pixels, int width, int height)
    {
        var picture = new Framebuffer(width, height);
        for (var y = 0; y < height; y++)
            pixels.AsSpan(y * width, width).CopyTo(picture.GetWritableRow(y));
        return picture;
    }
}
