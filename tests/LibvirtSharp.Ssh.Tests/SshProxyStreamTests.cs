using System.Globalization;
using System.Text;
using LimiQuantix.Testing;

namespace LibvirtSharp.Ssh.Tests;

[Category("Integration")]
[NonParallelizable]
internal sealed class SshProxyStreamTests
{
    /// <summary>More than the host's sshd and both sockets hold together, so that a program whose output nobody reads waits.</summary>
    private const int Lines = 30_000_000;

    /// <summary>What sshd lets a client send before the program takes any of it.</summary>
    private const int HostWindow = 2 * 1024 * 1024;

    [Test]
    public async Task Bytes_stop_arriving_when_nobody_reads_and_go_on_when_somebody_does()
    {
        await using SshServer server = await SshServer.StartAsync();
        await using var folder = new TemporaryFolder();
        string ended = folder.Combine("ended");
        await using SshProxyStream stream = await ProxyAsync(server, folder, $"seq 1 {Lines}; touch {ended}");
        await UntilAsync(() => stream.IsHeldUp || File.Exists(ended));
        Assert.That(File.Exists(ended), Is.False, "all of it arrived");
        Assert.That(stream.Held, Is.InRange(1 << 20, (1 << 20) + (64 << 10)));

        // Twice what this side and the pipe hold: every line in order, whatever was held up.
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        for (int line = 1; line <= 1_000_000; line++)
        {
            string? text = await reader.ReadLineAsync();
            if (text != line.ToString(CultureInfo.InvariantCulture))
                Assert.That(text, Is.EqualTo(line.ToString(CultureInfo.InvariantCulture)));
        }
        await UntilAsync(() => stream.IsHeldUp || File.Exists(ended));
        Assert.That(File.Exists(ended), Is.False, "all of it arrived");
    }

    [Test]
    public async Task Disposal_ends_a_stream_that_is_held_up_and_the_program_on_the_host()
    {
        await using SshServer server = await SshServer.StartAsync();
        await using var folder = new TemporaryFolder();
        string pid = folder.Combine("pid");
        SshProxyStream stream = await ProxyAsync(server, folder, $"echo $$ > {pid}; exec seq 1 {Lines}");
        await UntilAsync(() => stream.IsHeldUp && File.Exists(pid) && File.ReadAllText(pid).EndsWith('\n'));
        await stream.DisposeAsync();
        await stream.Ended.WaitAsync(TimeSpan.FromSeconds(60));
        await UntilAsync(() => !Directory.Exists($"/proc/{File.ReadAllText(pid).Trim()}"));
    }

    [Test]
    public async Task Write_that_the_host_does_not_take_ends_with_disposal()
    {
        await using SshServer server = await SshServer.StartAsync();
        await using var folder = new TemporaryFolder();
        string pid = folder.Combine("pid");
        SshProxyStream stream = await ProxyAsync(server, folder, $"echo $$ > {pid}; exec sleep 600");
        long written = 0;
        Task writing = WriteForeverAsync(stream, count => Interlocked.Add(ref written, count));
        await UntilAsync(() => Interlocked.Read(ref written) >= HostWindow && File.Exists(pid) && File.ReadAllText(pid).EndsWith('\n'));
        await stream.DisposeAsync();
        Signal.Kill(int.Parse(await File.ReadAllTextAsync(pid), CultureInfo.InvariantCulture));
        await Assert.ThatAsync(() => writing.WaitAsync(TimeSpan.FromSeconds(60)), Throws.Exception.Not.TypeOf<TimeoutException>());
        await stream.Ended.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Test]
    public async Task Program_that_says_much_and_ends_is_quoted_with_the_last_of_it()
    {
        await using SshServer server = await SshServer.StartAsync();
        await using var folder = new TemporaryFolder();
        await using SshProxyStream stream = await ProxyAsync(server, folder, "seq 1 300000 >&2; echo the end >&2");
        IOException error = (await Assert.ThrowsAsync<IOException>(async () => await stream.ReadExactlyAsync(new byte[1])))!;
        Assert.That(error.Message, Does.EndWith("the end"));
        Assert.That(error.Message, Has.Length.LessThan(100_000));
    }

    private static async Task WriteForeverAsync(SshProxyStream stream, Action<int> wrote)
    {
        byte[] block = new byte[64 * 1024];
        while (true)
        {
            await stream.WriteAsync(block);
            wrote(block.Length);
        }
    }

    /// <summary>The stream of a proxy program that is a script, instead of netcat.</summary>
    private static async Task<SshProxyStream> ProxyAsync(SshServer server, TemporaryFolder folder, string script)
    {
        string program = await folder.WriteAsync("proxy", Encoding.UTF8.GetBytes($"#!/bin/sh\n{script}\n"));
        await Command.OutputAsync("chmod", ["+x", program]);
        var transport = new SshTransport(new SshTransportOptions { PrivateKeyPaths = [server.KeyPath], KnownHostsPath = server.KnownHostsPath });
        return (SshProxyStream)await transport.ConnectAsync(
            LibvirtUri.Parse($"qemu+ssh://root@127.0.0.1:{server.Port}/system?proxy=netcat&netcat={program}"), CancellationToken.None);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!condition())
            await Task.Delay(20, deadline.Token);
    }
}
