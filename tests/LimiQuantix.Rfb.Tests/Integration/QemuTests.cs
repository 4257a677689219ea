using LimiQuantix.Rfb.Tests.Support;
using LimiQuantix.Testing;

namespace LimiQuantix.Rfb.Tests.Integration;

/// <summary>QEMU's VNC server, its firmware's text screen frozen, in every encoding it has.</summary>
[Category("Integration")]
internal sealed class QemuTests
{
    // QEMU 7.2 has flaws of its own: it mixes up the bytes of 32-bit pixels when a client wants them big-endian (Raw or Tight,
    // as the shifts are), and its ZRLE takes the wrong three bytes when a colour fills the highest. Neither is tried here.
    private static readonly RfbPixelFormat[] Formats =
    [
        RfbPixelFormat.Bgrx32,
        RfbPixelFormat.Rgb565,
        RfbPixelFormat.Bgr233,
        RfbPixelFormat.Rgb565 with { BigEndian = true },
        RfbPixelFormat.Bgrx32 with { RedShift = 0, GreenShift = 8, BlueShift = 16 },
        new() { BitsPerPixel = 8, Depth = 8, TrueColour = false },
    ];

    private QemuConsole? _qemu;

    private QemuConsole Qemu => _qemu!;

    [OneTimeSetUp]
    public async Task StartAsync() => _qemu = await QemuConsole.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_qemu is not null)
            await _qemu.DisposeAsync();
    }

    [Test]
    public async Task Capture_equals_qemu_s_own_screendump()
    {
        await using var client = await RfbClient.ConnectAsync(await Qemu.OpenVncAsync());

        var picture = await client.CaptureAsync();

        var (width, height, pixels) = await Qemu.ScreendumpAsync();
        Assert.That((picture.Width, picture.Height), Is.EqualTo((width, height)));
        Assert.That(picture.Pixels.ToArray(), Is.EqualTo(pixels));
        Assert.That(pixels.Distinct().Count(), Is.GreaterThan(1), "the screen shows something");
        Assert.That(client.ProtocolVersion, Is.EqualTo(RfbProtocolVersion.Version38));
        Assert.That(client.SecurityType, Is.EqualTo(RfbSecurityType.None));
    }

    [TestCase(RfbEncoding.Hextile)]
    [TestCase(RfbEncoding.Zlib)]
    [TestCase(RfbEncoding.Tight)]
    [TestCase(RfbEncoding.Zrle)]
    public async Task Every_encoding_gives_the_picture_that_raw_gives_in_every_format(RfbEncoding encoding)
    {
        foreach (var format in Formats)
        {
            var (raw, rawBytes) = await CaptureTwiceAsync(RfbEncoding.Raw, format);
            var (picture, bytes) = await CaptureTwiceAsync(encoding, format);

            Assert.That(picture.Pixels.ToArray(), Is.EqualTo(raw.Pixels.ToArray()), $"{format}");
            Assert.That(bytes, Is.LessThan(rawBytes / 4), "QEMU did not fall back to raw");
        }
    }

    [Test]
    public async Task Png_and_jpeg_in_tight_give_the_picture()
    {
        await using var qemu = await QemuConsole.StartAsync(options: new() { Vnc = ",lossy=on" });
        var (width, height, pixels) = await qemu.ScreendumpAsync();
        var exact = new Framebuffer(width, height);
        for (var y = 0; y < height; y++)
            pixels.AsSpan(y * width, width).CopyTo(exact.GetWritableRow(y));

        await using (var png = await RfbClient.ConnectAsync(await qemu.OpenVncAsync(), new RfbClientOptions { Encodings = [RfbEncoding.TightPng] }))
            Assert.That((await png.CaptureAsync()).Pixels.ToArray(), Is.EqualTo(pixels));
        foreach (var quality in new[] { 0, 9 })
        {
            await using var jpeg = await RfbClient.ConnectAsync(await qemu.OpenVncAsync(), new RfbClientOptions { Encodings = [RfbEncoding.Tight], JpegQuality = quality, CompressionLevel = 1 });
            Assert.That(JpegLoss.Of(await jpeg.CaptureAsync(), exact), Is.InRange(0, quality == 9 ? 2 : 20));
        }
    }

    [Test]
    public async Task Text_typed_by_scan_codes_is_what_keysyms_type()
    {
        var screens = new List<uint[]>();
        foreach (var features in new[] { RfbFeatures.Default, RfbFeatures.None })
        {
            await using var qemu = await QemuConsole.StartAsync(bootSector: BootSectors.Typewriter);
            await using var client = await RfbClient.ConnectAsync(await qemu.OpenVncAsync(), new RfbClientOptions { Features = features });
            var prompt = await WaitForPromptAsync(client);
            await client.TypeAsync("Hello, World: 3+4=7 {a|b}", pace: TimeSpan.FromMilliseconds(60));
            var typed = await client.WaitUntilStillAsync(TimeSpan.FromSeconds(2));
            Assert.That(await client.WaitForPictureAsync(prompt), Is.EqualTo(new RfbRectangle(0, 0, 9, 16)), "the prompt is still there");
            screens.Add(typed.Pixels.ToArray());
        }

        Assert.That(screens[0].Count(pixel => pixel != 0xFF000000), Is.GreaterThan(500));
        Assert.That(screens[0], Is.EqualTo(screens[1]));
    }

    [Test]
    public async Task Watch_follows_a_guest_and_tells_what_it_can()
    {
        await using var qemu = await QemuConsole.StartAsync(bootSector: BootSectors.ModeSwitcher);
        await using var client = await RfbClient.ConnectAsync(await qemu.OpenVncAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var resized = 0;
        await foreach (var change in client.WatchAsync(patience.Token))
        {
            if (change.Resized && ++resized == 3)
                break;
        }

        await qemu.ExecuteAsync("stop");
        var (_, _, pixels) = await qemu.ScreendumpAsync();
        Assert.That((await client.CaptureAsync()).Pixels.ToArray(), Is.EqualTo(pixels));
        Assert.That((client.LedState, client.Screens.Count, client.IsPointerAbsolute), Is.EqualTo((RfbLedState.None, 1, false)));
        // A text mode has no driver to change it: the server says so.
        var error = await Assert.ThrowsAsync<RfbException>(() => client.ResizeAsync(800, 600));
        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.Refused));
    }

    [Test]
    public async Task Raw_pixels_of_16_bits_are_the_screen_s_with_the_low_bits_gone()
    {
        var (picture, _) = await CaptureTwiceAsync(RfbEncoding.Raw, RfbPixelFormat.Rgb565);

        var (_, _, pixels) = await Qemu.ScreendumpAsync();
        var colours = new WireColours(RfbPixelFormat.Rgb565);
        Assert.That(picture.Pixels.ToArray(), Is.EqualTo(pixels.Select(p => colours.Colour((p >> 19 & 31) << 11 | (p >> 10 & 63) << 5 | p >> 3 & 31))));
    }

    [Test]
    public async Task Captures_and_input_go_on_while_the_guest_runs()
    {
        await using var qemu = await QemuConsole.StartAsync();
        await using var client = await RfbClient.ConnectAsync(await qemu.OpenVncAsync());
        await qemu.ExecuteAsync("cont");
        for (var i = 0; i < 5; i++)
        {
            await client.SendPointerAsync(0, i, i);
            await client.SendKeyAsync(0xFF0D, pressed: i % 2 == 0);
            Assert.That((await client.CaptureAsync()).Pixels.ToArray(), Is.Not.All.EqualTo(0xFF000000));
        }
    }

    [Test]
    public async Task Captures_follow_a_guest_that_changes_its_mode_all_the_time()
    {
        await using var qemu = await QemuConsole.StartAsync(bootSector: BootSectors.ModeSwitcher);
        await using var client = await RfbClient.ConnectAsync(await qemu.OpenVncAsync());
        var sizes = new HashSet<(int, int)>();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (sizes.Count < 2)
        {
            var picture = await client.CaptureAsync(deadline.Token);
            Assert.That(picture.Pixels.Length, Is.EqualTo(picture.Width * picture.Height));
            sizes.Add((picture.Width, picture.Height));
        }

        await qemu.ExecuteAsync("stop");
        var (width, height, pixels) = await qemu.ScreendumpAsync();
        var last = await client.CaptureAsync(deadline.Token);
        Assert.That((last.Width, last.Height), Is.EqualTo((width, height)));
        Assert.That(last.Pixels.ToArray(), Is.EqualTo(pixels));
    }

    [Test]
    public async Task Qemu_that_goes_away_ends_the_capture_with_a_clear_error()
    {
        var qemu = await QemuConsole.StartAsync();
        await using var client = await RfbClient.ConnectAsync(await qemu.OpenVncAsync());
        await qemu.DisposeAsync();

        var error = await Assert.ThrowsAsync<RfbException>(() => client.CaptureAsync());

        Assert.That(error?.Code, Is.EqualTo(RfbErrorCode.ConnectionClosed));
    }

    private static async Task<Framebuffer> WaitForPromptAsync(RfbClient client)
    {
        // The first character of the guest's own screen, grey on black, with nothing behind it.
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            var screen = await client.WaitUntilStillAsync(TimeSpan.FromSeconds(1), cancellationToken: patience.Token);
            var prompt = screen.Crop(new RfbRectangle(0, 0, 9, 16));
            var lit = prompt.Pixels.ToArray().Count(pixel => pixel != 0xFF000000);
            if (lit > 3 && lit == screen.Pixels.ToArray().Count(pixel => pixel != 0xFF000000))
                return prompt;
        }
    }

    /// <summary>Twice, so that zlib streams go on from one update to the next; the bytes are those of both.</summary>
    private async Task<(Framebuffer Picture, long Bytes)> CaptureTwiceAsync(RfbEncoding encoding, RfbPixelFormat format)
    {
        await using var stream = new CountingStream(await Qemu.OpenVncAsync());
        await using var client = await RfbClient.ConnectAsync(stream, new RfbClientOptions { Encodings = [encoding], PixelFormat = format });
        var first = await client.CaptureAsync();
        var second = await client.CaptureAsync();
        Assert.That(second.Pixels.ToArray(), Is.EqualTo(first.Pixels.ToArray()));
        return (second, stream.Received);
    }
}
