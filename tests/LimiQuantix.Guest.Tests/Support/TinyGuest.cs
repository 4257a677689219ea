using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using LimiQuantix.Testing;

namespace LimiQuantix.Guest.Tests.Support;

/// <summary>
/// The tiny guest under plain QEMU (TCG) with our port, qemu-guest-agent's port beside it, a second disk, and the agent's binary on a third; the agent is started through the
/// root shell of the serial console, as an installer would.
/// </summary>
internal sealed class TinyGuest : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private readonly TemporaryFolder _folder = new();
    private readonly ProcessStartInfo _start;
    private Process _qemu = null!;
    private Socket _console = null!;

    private TinyGuest(string image, string agent)
    {
        string disk = _folder.Combine("data.raw");
        using (FileStream data = File.Create(disk))
            data.SetLength(64 << 20);
        // A disk that holds the binary and nothing else: the guest needs neither network nor file system for it.
        string binary = _folder.Combine("agent.raw");
        File.Copy(agent, binary);
        AgentBytes = new FileInfo(binary).Length;
        using (FileStream padded = File.OpenWrite(binary))
            padded.SetLength((AgentBytes + 1048575) / 1048576 * 1048576);
        var start = new ProcessStartInfo(Requires.Tool("qemu-system-x86_64")) { RedirectStandardError = true };
        string[] arguments =
        [
            "-accel", "tcg", "-m", "256", "-nodefaults", "-display", "none", "-no-reboot",
            "-drive", $"file={image},if=virtio,snapshot=on",
            "-drive", $"file={disk},format=raw,if=virtio",
            "-drive", $"file={binary},format=raw,if=virtio,readonly=on",
            "-chardev", $"socket,id=console,path={_folder.Combine("c")},server=on,wait=off", "-serial", "chardev:console",
            "-qmp", $"unix:{_folder.Combine("q")},server=on,wait=off",
            "-device", "virtio-serial-pci",
            "-chardev", $"socket,id=agent,path={PortPath},server=on,wait=off", "-device", "virtserialport,chardev=agent,name=org.limiquantix.guest.0",
            "-chardev", $"socket,id=qga,path={_folder.Combine("g")},server=on,wait=off", "-device", "virtserialport,chardev=qga,name=org.qemu.guest_agent.0",
        ];
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        _start = start;
    }

    /// <summary>The unix socket of our port.</summary>
    public string PortPath => _folder.Combine("p");

    public string Folder => _folder.Path;

    public long AgentBytes { get; }

    public int QemuId => _qemu.Id;

    /// <summary>Boots and starts the agent.</summary>
    public static async Task<TinyGuest> StartAsync()
    {
        string image = await GuestImages.TinyAsync();
        TinyGuest guest = new(image, await AgentBinary.PathAsync());
        try
        {
            await Command.OutputAsync(Requires.Tool("mke2fs"), ["-q", "-t", "ext4", guest._folder.Combine("data.raw")]);
            guest.Start();
            guest._console = await guest.ConnectAsync("c");
            await guest.ShellAsync("true");
            await guest.ShellAsync($"dd if=/dev/vdc of=/usr/sbin/lqa bs=65536 2>/dev/null; truncate -s {guest.AgentBytes} /usr/sbin/lqa; chmod 755 /usr/sbin/lqa");
            await guest.StartAgentAsync();
            return guest;
        }
        catch
        {
            await guest.DisposeAsync();
            throw;
        }
    }

    private void Start() => _qemu = Process.Start(_start)!;

    public async Task StartAgentAsync() => await ShellAsync("(setsid /usr/sbin/lqa </dev/null >>/run/lqa.log 2>&1 &) ; sleep 1");

    /// <summary>The host's end of our port.</summary>
    public async Task<GuestSession> SessionAsync() => await GuestSession.ConnectAsync(
        new NetworkStream(await ConnectAsync("p"), ownsSocket: true),
        new GuestSessionOptions { HandshakeTimeout = TimeSpan.FromSeconds(60), CallTimeout = TimeSpan.FromMinutes(2), PingInterval = TimeSpan.FromSeconds(20) });

    /// <summary>Types a line into the root shell of the serial console and gives what it wrote.</summary>
    public async Task<string> ShellAsync(string line)
    {
        string mark = Guid.NewGuid().ToString("N")[..8];
        using var patience = new CancellationTokenSource(Patience);
        StringBuilder seen = new();
        byte[] buffer = new byte[4096];
        Task<int>? reading = null;
        // The shell may not be up yet: it is typed again until its answer comes. The mark is split, so that its echo is not taken for it.
        while (true)
        {
            await _console.SendAsync(Encoding.UTF8.GetBytes($"{line}; echo '{mark[..4]}''{mark[4..]}'\n"), patience.Token);
            Task again = Task.Delay(TimeSpan.FromSeconds(seen.Length == 0 ? 5 : 60), patience.Token);
            while (!seen.ToString().Contains(mark, StringComparison.Ordinal))
            {
                reading ??= _console.ReceiveAsync(buffer, patience.Token).AsTask();
                if (await Task.WhenAny(reading, again) == again)
                    break;
                int read = await reading;
                reading = null;
                if (read == 0)
                    throw new EndOfStreamException($"The guest's console ended: {seen}");
                seen.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }

            string text = seen.ToString();
            int end = text.IndexOf(mark, StringComparison.Ordinal);
            if (end >= 0)
                return text[..end];
            await again;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_qemu is not null)
        {
            if (!_qemu.HasExited)
                _qemu.Kill();
            await _qemu.WaitForExitAsync();
            _qemu.Dispose();
        }

        _console?.Dispose();
        await _folder.DisposeAsync();
    }

    private async Task<Socket> ConnectAsync(string name)
    {
        for (int tries = 0; ; tries++)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(_folder.Combine(name)));
                return socket;
            }
            catch (SocketException) when (tries < 200 && !_qemu.HasExited)
            {
                socket.Dispose();
                await Task.Delay(50);
            }
        }
    }
}
