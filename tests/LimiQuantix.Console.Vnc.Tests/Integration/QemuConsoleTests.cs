using LimiQuantix.Conformance;
using LimiQuantix.Console.Vnc.Tests.Support;
using LimiQuantix.Consoles;
using LimiQuantix.Rfb;
using LimiQuantix.Testing;

namespace LimiQuantix.Console.Vnc.Tests.Integration;

/// <summary>A viewer through the provider and its filter to a real QEMU.</summary>
[Category("Integration")]
internal sealed class QemuConsoleTests
{
    private const int CharacterWidth = 9;
    private const int CharacterHeight = 16;

    [Test]
    public async Task Screenshot_is_taken_of_a_server_with_a_password()
    {
        await using var qemu = await QemuConsole.StartAsync("s3cret");
        await using var provider = Providers.Open(new VncConsoleOptions { Password = new SecretReference { Name = "s3cret" } });
        await using var stranger = Providers.Open(new VncConsoleOptions { Password = new SecretReference { Name = "wrong" } });

        var screenshot = await provider.CaptureAsync(await qemu.OpenVncAsync());
        var error = await Assert.ThrowsAsync<LimiQuantixException>(async () => await stranger.CaptureAsync(await qemu.OpenVncAsync()));

        var (width, height, _) = await qemu.ScreendumpAsync();
        Assert.That((screenshot.Width, screenshot.Height), Is.EqualTo((width, height)));
        Assert.That(screenshot.Png.Length, Is.GreaterThan(1000), "the firmware's text is on it");
        Assert.That(error?.Code, Is.EqualTo(ErrorCodes.PermissionDenied));
    }

    [Test]
    public async Task Password_of_the_endpoint_logs_on_and_goes_before_that_of_the_options()
    {
        await using var qemu = await QemuConsole.StartAsync("s3cret");
        await using var provider = Providers.Open(new VncConsoleOptions { Password = new SecretReference { Name = "wrong" } });
        var credentials = new ConsoleCredentials { Password = "s3cret" };

        var screenshot = await provider.CaptureAsync(new CaptureScreenRequest { Stream = await qemu.OpenVncAsync(), Credentials = credentials });
        await using var pump = new PumpedViewer(await provider.OpenAsync(
            new OpenConsoleRequest { Stream = await qemu.OpenVncAsync(), Access = ConsoleAccess.ViewOnly, Credentials = credentials }));
        await using var viewer = await RfbClient.ConnectAsync(pump.Stream);

        var (width, height, _) = await qemu.ScreendumpAsync();
        Assert.That((screenshot.Width, screenshot.Height), Is.EqualTo((width, height)));
        Assert.That((viewer.Width, viewer.Height), Is.EqualTo((width, height)));
    }

    // kubevirt 1838, harvester 1794: consoles that were closed stayed open at the machine, until it took no more.
    [Test]
    public async Task Console_is_opened_and_closed_as_often_as_one_likes()
    {
        await using var qemu = await QemuConsole.StartAsync();
        await using var provider = Providers.Open(new VncConsoleOptions());
        for (var round = 0; round < 60; round++)
        {
            await using var upstream = await provider.OpenAsync(await qemu.OpenVncAsync(), ConsoleAccess.Full);
            var greeting = new byte[12];
            Assert.That(await upstream.ReceiveAsync(greeting).AsTask().WaitAsync(Eventually.DefaultTimeout), Is.Positive, $"round {round}");
        }
    }

    // go-proxmox 344: the session of a machine that went off stayed.
    [Test]
    public async Task Session_ends_when_its_machine_does()
    {
        var qemu = await QemuConsole.StartAsync();
        await using var provider = Providers.Open(new VncConsoleOptions());
        await using var upstream = await provider.OpenAsync(await qemu.OpenVncAsync(), ConsoleAccess.ViewOnly);
        var ended = Task.Run(async () =>
        {
            var buffer = new byte[4096];
            try
            {
                while (await upstream.ReceiveAsync(buffer) > 0)
                {
                    // What it still says.
                }
            }
            catch (IOException)
            {
                // Cut off is an end too.
            }
        });

        await qemu.DisposeAsync();

        await ended.WaitAsync(Eventually.DefaultTimeout);
    }

    [Test]
    public async Task Viewer_sees_the_screen_and_needs_no_password_of_the_server()
    {
        await using var qemu = await QemuConsole.StartAsync("s3cret");
        await using var provider = Providers.Open(new VncConsoleOptions { Password = new SecretReference { Name = "s3cret" } });
        await using var pump = new PumpedViewer(await provider.OpenAsync(await qemu.OpenVncAsync(), ConsoleAccess.ViewOnly));
        await using var viewer = await RfbClient.ConnectAsync(pump.Stream);

        var picture = await viewer.CaptureAsync();

        var (_, _, pixels) = await qemu.ScreendumpAsync();
        Assert.That(viewer.SecurityType, Is.EqualTo(RfbSecurityType.None));
        Assert.That(picture.Pixels.ToArray(), Is.EqualTo(pixels));
    }

    [Test]
    public async Task Keys_of_a_full_viewer_are_typed_and_those_of_a_view_only_viewer_are_not()
    {
        await using var qemu = await QemuConsole.StartAsync(bootSector: BootSectors.Typewriter);
        await using var provider = Providers.Open();
        await using var watching = new PumpedViewer(await provider.OpenAsync(await qemu.OpenVncAsync(), ConsoleAccess.ViewOnly));
        await using var watcher = await RfbClient.ConnectAsync(watching.Stream);
        await using var acting = new PumpedViewer(await provider.OpenAsync(await qemu.OpenVncAsync(), ConsoleAccess.Full));
        await using var actor = await RfbClient.ConnectAsync(acting.Stream);
        await WaitForCharactersAsync(watcher, 1);

        await TypeAsync(watcher, 'x');
        await TypeAsync(actor, 'y');
        await WaitForCharactersAsync(watcher, 2);
        await TypeAsync(watcher, 'x');
        await TypeAsync(actor, 'z');
        await WaitForCharactersAsync(watcher, 3);

        Assert.That(CountCharacters(await watcher.CaptureAsync()), Is.EqualTo(3), "the prompt, y and z");
    }

    private static async Task TypeAsync(RfbClient client, char character)
    {
        await client.SendKeyAsync(character, pressed: true);
        await client.SendKeyAsync(character, pressed: false);
    }

    private static async Task WaitForCharactersAsync(RfbClient client, int count)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (CountCharacters(await client.CaptureAsync(deadline.Token)) != count)
            await Task.Delay(100, deadline.Token);
    }

    /// <summary>How many cells of the text screen are not blank.</summary>
    private static int CountCharacters(Framebuffer picture)
    {
        var cells = new HashSet<(int, int)>();
        for (var y = 0; y < picture.Height; y++)
        {
            var row = picture.GetRow(y);
            for (var x = 0; x < row.Length; x++)
            {
                if (row[x] != 0xFF000000)
                    cells.Add((x / CharacterWidth, y / CharacterHeight));
            }
        }
        return cells.Count;
    }
}
