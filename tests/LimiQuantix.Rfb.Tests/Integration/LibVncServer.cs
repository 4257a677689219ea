using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using LimiQuantix.Testing;

namespace LimiQuantix.Rfb.Tests.Integration;

/// <summary>A server of libvncserver's (libvncserver_example.c, compiled here) on a loopback port of its own choice.</summary>
internal sealed class LibVncServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private Process? _process;
    private int _port;

    public static async Task<LibVncServer> StartAsync()
    {
        var gcc = Requires.Tool("gcc");
        if (!File.Exists("/usr/include/rfb/rfb.h"))
            Requires.Missing("libvncserver is not installed: apt-get install libvncserver-dev");
        var server = new LibVncServer();
        try
        {
            var source = Path.Combine(RepositoryRoot.Path, "tests/LimiQuantix.Rfb.Tests/Integration/libvncserver_example.c");
            var program = server._folder.Combine("example");
            await Command.OutputAsync(gcc, ["-O1", "-o", program, source, "-lvncserver"]);
            server._process = Process.Start(new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            server._process.ErrorDataReceived += (_, _) => { };
            server._process.BeginErrorReadLine();
            var line = await server._process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));
            server._port = int.Parse(line ?? throw new InvalidOperationException("the example ended"), CultureInfo.InvariantCulture);
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
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", _port);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            if (!process.HasExited)
                process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
        await _folder.DisposeAsync();
    }
}
