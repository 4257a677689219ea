using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using LimiQuantix.Testing;

namespace LimiQuantix.Rfb.Tests.Integration;

/// <summary>TigerVNC's X server on a unix socket, with two programs on its screen: encoders of another make than QEMU's.</summary>
internal sealed class XvncServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();
    private readonly List<Process> _processes = [];
    private string _display = "";

    /// <summary>The display's X11 name.</summary>
    public string Display => _display;

    /// <summary>Starts the server and waits until its screen stands still.</summary>
    /// <param name="security">More about the server's security types; null for none of them.</param>
    public static async Task<XvncServer> StartAsync(params string[] security)
    {
        var xvnc = Requires.Tool("Xtigervnc");
        var (logo, eyes) = (Requires.Tool("xlogo"), Requires.Tool("xeyes"));
        Requires.Tool("xwd");
        var server = new XvncServer();
        try
        {
            await server.StartServerAsync(xvnc, security.Length > 0 ? security : ["-SecurityTypes", "None"]);
            // Drawn with soft edges, so in many colours; the eyes are still as long as the pointer is.
            server.StartClient(logo, "-render", "-fg", "#123456", "-bg", "#fedcba", "-geometry", "301x203+17+23");
            server.StartClient(eyes, "-fg", "#a0522d", "-geometry", "250x180+330+250");
            await server.WaitForStillnessAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async Task<Stream> OpenAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_folder.Combine("vnc")));
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>The X server's own picture of the screen (XWD version 7, 32 bits a pixel), 0xFFRRGGBB a pixel.</summary>
    public async Task<(int Width, int Height, uint[] Pixels)> DumpAsync()
    {
        var path = _folder.Combine("screen.xwd");
        await Command.OutputAsync("xwd", ["-root", "-silent", "-display", _display, "-out", path]);
        var file = await File.ReadAllBytesAsync(path);
        int Word(int index) => BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(4 * index));
        var (width, height, littleEndian, bits, stride) = (Word(4), Word(5), Word(7) == 0, Word(11), Word(12));
        Assert.That((littleEndian, bits, stride), Is.EqualTo((true, 32, width * 4)));
        var pixels = new uint[width * height];
        // A header of its own length, colour entries of twelve bytes, the pixels.
        var data = file.AsSpan(Word(0) + 12 * Word(19));
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = 0xFF000000 | BinaryPrimitives.ReadUInt32LittleEndian(data[(4 * i)..]);
        return (width, height, pixels);
    }

    public async ValueTask DisposeAsync()
    {
        // Programs before their server, in the reverse order of their start.
        for (var i = _processes.Count - 1; i >= 0; i--)
        {
            if (!_processes[i].HasExited)
                _processes[i].Kill();
            await _processes[i].WaitForExitAsync();
            _processes[i].Dispose();
        }
        await _folder.DisposeAsync();
    }

    private async Task StartServerAsync(string xvnc, string[] security)
    {
        // The server chooses a free display and writes its number to the given descriptor.
        var server = Start(xvnc, ["-displayfd", "1", "-geometry", "640x480", "-depth", "24", "-nolisten", "tcp", "-rfbport", "-1", "-rfbunixpath", _folder.Combine("vnc"), .. security]);
        var number = await server.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        _display = ":" + int.Parse(number ?? throw new InvalidOperationException("Xtigervnc ended."), CultureInfo.InvariantCulture);
    }

    private void StartClient(string program, params string[] arguments) => Start(program, ["-display", _display, .. arguments]);

    private Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        _processes.Add(process);
        return process;
    }

    private async Task WaitForStillnessAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        uint[] last = [];
        while (true)
        {
            var (_, _, pixels) = await DumpAsync();
            // Both programs' colours are there, and nothing changed since the last look.
            if (pixels.Contains(0xFF123456) && pixels.Contains(0xFFA0522D) && pixels.AsSpan().SequenceEqual(last))
                return;
            last = pixels;
            await Task.Delay(300, deadline.Token);
        }
    }
}
