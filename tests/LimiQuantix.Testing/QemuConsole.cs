using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace LimiQuantix.Testing;

/// <summary>What a test's QEMU is told beside.</summary>
public sealed record QemuConsoleOptions
{
    /// <summary>Where the VNC server listens, as QEMU writes it; null for the unix socket that <see cref="QemuConsole.OpenVncAsync"/> opens.</summary>
    public string? VncAddress { get; init; }

    /// <summary>More options of the VNC server, each with a comma before it.</summary>
    public string Vnc { get; init; } = "";

    /// <summary>More arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>More environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}

/// <summary>A real QEMU whose guest is its firmware's text screen, with a VNC server on a unix socket and QMP beside it.</summary>
public sealed class QemuConsole : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;
    private Socket? _qmp;
    private StreamReader? _answers;

    private QemuConsole(string qemu, bool password, byte[]? bootSector, QemuConsoleOptions options)
    {
        var start = new ProcessStartInfo(qemu) { RedirectStandardError = true };
        string[] arguments =
        [
            "-accel", "tcg", "-m", "32", "-nodefaults", "-vga", "std", "-display", "none",
            "-vnc", $"{options.VncAddress ?? $"unix:{VncPath}"}{(password ? ",password=on" : "")}{options.Vnc}",
            "-qmp", $"unix:{_folder.Combine("qmp")},server=on,wait=off",
        ];
        if (bootSector is not null)
        {
            File.WriteAllBytes(_folder.Combine("disk"), bootSector);
            arguments = [.. arguments, "-drive", $"file={_folder.Combine("disk")},format=raw,if=ide"];
        }
        foreach (var argument in arguments.Concat(options.Arguments))
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in options.Environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
    }

    private string VncPath => _folder.Combine("vnc");

    /// <summary>Starts the firmware, waits for text on its screen and freezes it; or starts a guest of one sector and lets it run.</summary>
    public static async Task<QemuConsole> StartAsync(string? password = null, byte[]? bootSector = null, QemuConsoleOptions? options = null)
    {
        var console = new QemuConsole(Requires.Tool("qemu-system-x86_64"), password is not null, bootSector, options ?? new QemuConsoleOptions());
        try
        {
            await console.ConnectQmpAsync();
            if (password is not null)
                await console.ExecuteAsync("set_password", new() { ["protocol"] = "vnc", ["password"] = password });
            if (bootSector is not null)
                return console;
            await console.WaitForTextAsync();
            await console.ExecuteAsync("stop");
            return console;
        }
        catch
        {
            await console.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a connection to the VNC server.</summary>
    public async Task<Stream> OpenVncAsync() => new NetworkStream(await ConnectAsync(VncPath), ownsSocket: true);

    /// <summary>QEMU's own picture of the screen, 0xFFRRGGBB a pixel.</summary>
    public async Task<(int Width, int Height, uint[] Pixels)> ScreendumpAsync()
    {
        var path = _folder.Combine("screen.ppm");
        await ExecuteAsync("screendump", new() { ["filename"] = path });
        // "P6", width, height and the maximum, each behind one white space; then three bytes a pixel.
        var file = await File.ReadAllBytesAsync(path);
        var words = Encoding.Latin1.GetString(file, 0, Math.Min(file.Length, 40)).Split((char[])[' ', '\n'], 5);
        Assert.That((words[0], words[3]), Is.EqualTo(("P6", "255")));
        var (width, height) = (int.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture));
        var pixels = file[^(width * height * 3)..].Chunk(3).Select(p => 0xFF000000 | (uint)(p[0] << 16 | p[1] << 8 | p[2])).ToArray();
        return (width, height, pixels);
    }

    /// <summary>Runs a QMP command that must succeed.</summary>
    public async Task ExecuteAsync(string command, JsonObject? arguments = null)
    {
        var request = new JsonObject { ["execute"] = command };
        if (arguments is not null)
            request["arguments"] = arguments;
        await _qmp!.SendAsync(Encoding.UTF8.GetBytes(request.ToJsonString() + "\n"));
        while (await _answers!.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            using var answer = JsonDocument.Parse(line);
            if (answer.RootElement.TryGetProperty("error", out var error))
                throw new InvalidOperationException($"QMP {command}: {error}");
            if (answer.RootElement.TryGetProperty("return", out _))
                return;
        }
        throw new InvalidOperationException($"QMP {command}: QEMU is gone.");
    }

    /// <summary>Kills QEMU.</summary>
    public async ValueTask DisposeAsync()
    {
        _answers?.Dispose();
        _qmp?.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        await _folder.DisposeAsync();
    }

    private async Task ConnectQmpAsync()
    {
        _qmp = await ConnectAsync(_folder.Combine("qmp"));
        _answers = new StreamReader(new NetworkStream(_qmp));
        await ExecuteAsync("qmp_capabilities");
    }

    private async Task WaitForTextAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            // The firmware writes grey on black.
            var (_, _, pixels) = await ScreendumpAsync();
            if (pixels.Count(p => p != 0xFF000000) > 2000)
                return;
            await Task.Delay(250, deadline.Token);
        }
    }

    private async Task<Socket> ConnectAsync(string path)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), deadline.Token);
                return socket;
            }
            catch (SocketException) when (!_process.HasExited)
            {
                socket.Dispose();
                await Task.Delay(50, deadline.Token);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                throw new InvalidOperationException($"QEMU ended: {await _process.StandardError.ReadToEndAsync(deadline.Token)}", e);
            }
        }
    }
}
