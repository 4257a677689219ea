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

    private async Task<uint[]> CaptureAsync(RfbEncoding encoding, RfbPixelFormat format)
    {
        await using var client = await RfbClient.ConnectAsync(await Server.OpenAsync(), new RfbClientOptions { Encodings = [encoding], PixelFormat = format });
        return (await client.CaptureAsync()).Pixels.ToArray();
    }
}
