using LimiQuantix.Rfb.Tests.Support;

namespace LimiQuantix.Rfb.Tests.Integration;

/// <summary>TigerVNC's server, whose encoders use forms that QEMU's do not, and which has RRE.</summary>
[Category("Integration")]
internal sealed class XvncTests
{
    private static readonly RfbEncoding[] Encodings = [RfbEncoding.Raw, RfbEncoding.Rre, RfbEncoding.Hextile, RfbEncoding.Tight, RfbEncoding.Zrle];

    private XvncServer? _server;

    private XvncServer Server => _server!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await XvncServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [TestCaseSource(nameof(Encodings))]
    public async Task Capture_equals_the_x_server_s_own_picture(RfbEncoding encoding)
    {
        await using var client = await RfbClient.ConnectAsync(await Server.OpenAsync(), new RfbClientOptions { Encodings = [encoding] });

        var first = await client.CaptureAsync();
        var second = await client.CaptureAsync();

        var (width, height, pixels) = await Server.DumpAsync();
        Assert.That((first.Width, first.Height), Is.EqualTo((width, height)));
        Assert.That(first.Pixels.ToArray(), Is.EqualTo(pixels));
        Assert.That(second.Pixels.ToArray(), Is.EqualTo(pixels));
    }

    [TestCaseSource(nameof(Encodings))]
    public async Task Every_pixel_format_gives_the_picture_that_raw_gives(RfbEncoding encoding)
    {
        foreach (var format in WireColours.Formats[..7])
        {
            var raw = await CaptureAsync(RfbEncoding.Raw, format);
            Assert.That(await CaptureAsync(encoding, format), Is.EqualTo(raw), $"{format}");
            Assert.That(raw.Distinct().Count(), Is.GreaterThan(4));
        }
    }

    [Test]
    public async Task Screen_layout_in_place_of_pixels_does_not_end_a_capture()
    {
        // With this pseudo-encoding the server answers every request for everything with the layout alone.
        var options = new RfbClientOptions { Encodings = [RfbEncoding.Zrle, RfbEncoding.ExtendedDesktopSize] };
        await using var client = await RfbClient.ConnectAsync(await Server.OpenAsync(), options);
        var (_, _, pixels) = await Server.DumpAsync();

        for (var i = 0; i < 3; i++)
            Assert.That((await client.CaptureAsync()).Pixels.ToArray(), Is.EqualTo(pixels));
    }

    [Test]
    public async Task Jpeg_in_tight_is_the_picture_but_for_what_jpeg_loses([Values(0, 5, 9)] int quality)
    {
        await using var exact = await RfbClient.ConnectAsync(await Server.OpenAsync(), new RfbClientOptions { Encodings = [RfbEncoding.Raw] });
        await using var client = await RfbClient.ConnectAsync(await Server.OpenAsync(), new RfbClientOptions { Encodings = [RfbEncoding.Tight], JpegQuality = quality });

        var loss = JpegLoss.Of(await client.CaptureAsync(), await exact.CaptureAsync());

        Assert.That(loss, Is.InRange(0, quality == 9 ? 2 : 12));
    }

    [Test]
    public async Task Size_is_changed_and_updates_come_without_requests()
    {
        await using var server = await XvncServer.StartAsync();
        await using var client = await RfbClient.ConnectAsync(await server.OpenAsync(), new RfbClientOptions { Features = RfbFeatures.Default | RfbFeatures.Cursor });
        await using var changes = client.WatchAsync().GetAsyncEnumerator();
        await changes.MoveNextAsync();

        Assert.That(await client.ResizeAsync(800, 500), Is.True);
        Assert.That((client.Width, client.Height), Is.EqualTo((800, 500)));
        // The programs on the screen draw again when they get to it.
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var (width, height, pixels) = await server.DumpAsync();
            Assert.That((width, height), Is.EqualTo((800, 500)));
            if ((await client.CaptureAsync(patience.Token)).Pixels.Span.SequenceEqual(pixels))
                break;
            await Task.Delay(200, patience.Token);
        }
        Assert.That(client.Desktop.SupportsContinuousUpdates, "and the fences that come with them are answered");

        // The eyes look where the pointer goes.
        var looking = client.WaitUntilStillAsync(TimeSpan.FromSeconds(1));
        await client.SendPointerAsync(0, 700, 20);
        await looking;
        while (!changes.Current.Damage.Any(area => area.Y >= 250))
            await changes.MoveNextAsync();
        Assert.That(client.Cursor, Is.Not.Null);
    }

    [TestCase("X509None", RfbVeNCryptType.X509None)]
    [TestCase("TLSNone", RfbVeNCryptType.TlsNone)]
    public async Task Tls_shows_the_same_screen(string type, RfbVeNCryptType expected)
    {
        await using var certificates = new ServerCertificates();
        await using var server = await XvncServer.StartAsync("-SecurityTypes", type, "-X509Cert", certificates.CertificatePath, "-X509Key", certificates.KeyPath);
        var tls = certificates.Trusted;
        tls.AllowAnonymous = type.StartsWith("TLS", StringComparison.Ordinal);

        await using var client = await RfbClient.ConnectAsync(await server.OpenAsync(), new RfbClientOptions { Tls = tls });

        Assert.That(client.VeNCryptType, Is.EqualTo(expected));
        var (_, _, pixels) = await server.DumpAsync();
        Assert.That((await client.CaptureAsync()).Pixels.ToArray(), Is.EqualTo(pixels));
    }

    private async Task<uint[]> CaptureAsync(RfbEncoding encoding, RfbPixelFormat format)
    {
        await using var client = await RfbClient.ConnectAsync(await Server.OpenAsync(), new RfbClientOptions { Encodings = [encoding], PixelFormat = format });
        return (await client.CaptureAsync()).Pixels.ToArray();
    }
}
