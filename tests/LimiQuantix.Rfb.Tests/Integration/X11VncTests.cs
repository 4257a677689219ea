using System.Diagnostics;
using System.Net.Sockets;
using LimiQuantix.Testing;

namespace LimiQuantix.Rfb.Tests.Integration;

/// <summary>x11vnc, which shows the screen of another X server.</summary>
[Category("Integration")]
internal sealed class X11VncTests
{
    private static readonly RfbEncoding[] Encodings = [RfbEncoding.Raw, RfbEncoding.Rre, RfbEncoding.Hextile, RfbEncoding.Zlib, RfbEncoding.Tight, RfbEncoding.Zrle];

    private readonly TemporaryFolder _folder = new();
    private XvncServer? _screen;
    private Process? _server;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var x11vnc = Requires.Tool("x11vnc");
        _screen = await XvncServer.StartAsync();
        var start = new ProcessStartInfo(x11vnc) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[]
        {
            "-display", _screen.Display, "-unixsock", _folder.Combine("vnc"), "-rfbport", "0", "-forever", "-shared", "-nopw", "-noxdamage", "-nocursor", "-norc", "-noxrecord", "-nosel",
        })
            start.ArgumentList.Add(argument);
        _server = Process.Start(start)!;
        _server.ErrorDataReceived += (_, _) => { };
        _server.OutputDataReceived += (_, _) => { };
        _server.BeginErrorReadLine();
        _server.BeginOutputReadLine();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_server is { } server)
        {
            if (!server.HasExited)
                server.Kill();
            await server.WaitForExitAsync();
            server.Dispose();
        }
        if (_screen is not null)
            await _screen.DisposeAsync();
        await _folder.DisposeAsync();
    }

    [TestCaseSource(nameof(Encodings))]
    public async Task Capture_equals_the_x_server_s_own_picture(RfbEncoding encoding)
    {
        await using var client = await RfbClient.ConnectAsync(await OpenAsync(), new RfbClientOptions { Encodings = [encoding] });

        var picture = await client.CaptureAsync();

        var (width, height, pixels) = await _screen!.DumpAsync();
        Assert.That((picture.Width, picture.Height), Is.EqualTo((width, height)));
        Assert.That(picture.Pixels.ToArray(), Is.EqualTo(pixels));
    }

    private async Task<Stream> OpenAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(_folder.Combine("vnc")), patience.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException)
            {
                socket.Dispose();
                await Task.Delay(200, patience.Token);
            }
        }
    }
}
