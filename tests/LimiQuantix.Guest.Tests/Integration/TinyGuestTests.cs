using System.Security.Cryptography;
using System.Text;
using LimiQuantix.Guest.Tests.Support;

namespace LimiQuantix.Guest.Tests.Integration;

/// <summary>The agent's native binary in a real guest without OpenSSL, ICU and systemd, over virtio-serial.</summary>
[Category("Integration")]
public sealed class TinyGuestTests
{
    private TinyGuest _guest = null!;
    private GuestSession _session = null!;

    [OneTimeSetUp]
    public async Task Boot() => _guest = await TinyGuest.StartAsync();

    [OneTimeTearDown]
    public async Task End()
    {
        if (_guest is not null)
            await _guest.DisposeAsync();
    }

    [SetUp]
    public async Task Connect() => _session = await _guest.SessionAsync();

    [TearDown]
    public async Task Disconnect()
    {
        if (_session is not null)
            await _session.DisposeAsync();
    }

    [Test]
    public async Task Guest_tells_who_it_is()
    {
        GuestInfo info = await _session.System.GetInfoAsync();

        Assert.That((info.OsId, info.HostName, info.Architecture), Is.EqualTo(("debian", "tiny", "x86_64")));
        Assert.That(info.AgentMemoryBytes, Is.LessThan(10 << 20));
        TestContext.Out.WriteLine($"agent: {info.AgentMemoryBytes / 1024} KiB resident, ping {(await _session.PingAsync()).TotalMilliseconds:0.00} ms");
    }

    [Test]
    public async Task Guest_without_openssl_and_icu_runs_it()
    {
        GuestCommandResult libraries = await _session.Processes.RunAsync(["sh", "-c", "ls /usr/lib /lib64; cat /run/lqa.log"]);

        Assert.That(libraries.OutputText, Does.Not.Contain("libssl").And.Not.Contain("libicu").And.Contain("libc.so.6"));
    }

    [Test]
    public async Task Program_runs_and_ten_thousand_lines_come_whole()
    {
        GuestCommandResult result = await _session.Processes.RunAsync(["seq", "1", "10000"]);

        Assert.That(result.OutputText, Is.EqualTo(string.Concat(Enumerable.Range(1, 10_000).Select(i => $"{i}\n"))));
        Assert.That(result.ExitCode, Is.Zero);
    }

    [Test]
    public async Task Content_goes_both_ways_with_equal_digests()
    {
        byte[] content = RandomNumberGenerator.GetBytes(8 << 20);
        await _session.Files.WriteAsync("/tmp/f", content);
        GuestCommandResult sum = await _session.Processes.RunAsync(["sha256sum", "/tmp/f"]);
        byte[] back = await _session.Files.ReadAsync("/tmp/f");
        await _session.Files.RemoveAsync("/tmp/f");

        Assert.That(sum.OutputText, Does.StartWith(Convert.ToHexStringLower(SHA256.HashData(content))));
        Assert.That(back, Is.EqualTo(content));
    }

    [Test]
    public async Task Terminal_has_its_size_and_hears_of_another()
    {
        await using GuestProcess shell = await _session.Processes.StartAsync(
            new GuestCommand { Arguments = ["sh"], Terminal = new GuestCommand.GuestTerminalSize(93, 41) });
        await shell.Input.WriteAsync("tty; stty size\n"u8.ToArray());
        await ReadToAsync(shell.Output, "41 93");
        shell.Resize(121, 50);
        await shell.Input.WriteAsync("stty size; ps -o pid,tty | grep $$\n"u8.ToArray());
        await ReadToAsync(shell.Output, "50 121");
        await shell.Input.WriteAsync("exit 7\n"u8.ToArray());

        Assert.That((await shell.WaitAsync()).ExitCode, Is.EqualTo(7));
    }

    [Test]
    public async Task Program_runs_as_another_user()
    {
        await _session.Processes.RunAsync(
            ["sh", "-c", "echo worker:x:1234:1234::/home/worker:/bin/sh >> /etc/passwd; echo worker:x:1234: >> /etc/group; mkdir -p /home/worker; chown 1234:1234 /home/worker"]);
        GuestCommandResult result = await _session.Processes.RunAsync(new GuestCommand { Arguments = ["sh", "-c", "id -u; id -g; echo $HOME; pwd; touch /etc/no"], User = "worker" }, default);

        Assert.That(result.OutputText, Does.StartWith("1234\n1234\n/home/worker\n/home/worker\n"));
        Assert.That(result.ExitCode, Is.Not.Zero);
        Assert.That(await Failing.CodeOfAsync(() => _session.Processes.RunAsync(new GuestCommand { Arguments = ["id"], User = "nobody-there" }, default)), Is.EqualTo(GuestErrorCode.NotFound));
    }

    [Test]
    public async Task Detached_program_outlives_session_and_agent_and_is_found_again()
    {
        GuestProcess started = await _session.Processes.StartAsync(
            new GuestCommand { Arguments = ["sh", "-c", "for i in 1 2 3 4 5 6 7 8; do echo line $i; sleep 1; done; exit 5"], DetachedId = "long-one" });
        await ReadToAsync(started.Output, "line 1");
        await _session.DisposeAsync();
        await _guest.ShellAsync("kill -9 $(pidof lqa | tr ' ' '\\n' | sort -n | head -n 1); sleep 1");
        await _guest.StartAgentAsync();
        _session = await _guest.SessionAsync();

        await using GuestProcess found = await _session.Processes.AttachAsync("long-one");
        using StreamReader reader = new(found.Output);
        string text = await reader.ReadToEndAsync();
        GuestExit exit = await found.WaitAsync();
        IReadOnlyList<GuestDetachedProcess> list = await _session.Processes.ListDetachedAsync();
        await _session.Processes.ForgetAsync("long-one");

        Assert.That(text, Is.EqualTo(string.Concat(Enumerable.Range(1, 8).Select(i => $"line {i}\n"))));
        Assert.That(exit.ExitCode, Is.EqualTo(5));
        Assert.That(list.Select(p => p.Id), Is.EqualTo(new[] { "long-one" }));
        Assert.That(await _session.Processes.ListDetachedAsync(), Is.Empty);
    }

    [Test]
    public async Task Output_kept_of_a_detached_program_is_bounded()
    {
        GuestProcess process = await _session.Processes.StartAsync(
            new GuestCommand { Arguments = ["sh", "-c", "seq 1 200000; sleep 1"], DetachedId = "chatty", KeptOutputBytes = 65_536 });
        // Nobody reads it: it goes on, as it would without a host.
        await process.DisposeAsync();
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(3));
        while ((await _session.Processes.ListDetachedAsync()).Single(p => p.Id == "chatty").Exit is null)
            await Task.Delay(200, deadline.Token);
        GuestCommandResult used = await _session.Processes.RunAsync(["du", "-k", "/run/limiquantix/exec/chatty/out"]);
        await using GuestProcess again = await _session.Processes.AttachAsync("chatty");
        using StreamReader reader = new(again.Output);
        string kept = await reader.ReadToEndAsync();
        bool truncated = (await again.WaitAsync()).IsTruncated;
        await _session.Processes.ForgetAsync("chatty");

        Assert.That(int.Parse(used.OutputText.Split('\t')[0], System.Globalization.CultureInfo.InvariantCulture), Is.LessThan(128));
        Assert.That(kept, Does.EndWith("200000\n"));
        Assert.That(kept, Has.Length.InRange(60_000, 80_000));
        Assert.That(truncated, Is.True);
    }

    [Test]
    public async Task File_system_freezes_a_writer_waits_and_the_agent_thaws()
    {
        await MountAsync();
        GuestFreeze frozen = await _session.FileSystems.FreezeAsync(TimeSpan.FromSeconds(20), ["/media/data"]);
        // Verbs are refused now; the writer is started from the console.
        Assert.That(await Failing.CodeOfAsync(() => _session.Processes.RunAsync(["true"])), Is.EqualTo(GuestErrorCode.Frozen));
        Assert.That((await _session.FileSystems.GetFreezeAsync()).IsFrozen, Is.True);
        await _guest.ShellAsync("(echo x > /media/data/late; echo done > /run/late) & sleep 2");
        string waiting = await _guest.ShellAsync("ls /run/late; ps -o stat,args | grep '^D'");
        GuestFreeze thawed = await _session.FileSystems.ThawAsync();

        Assert.That(frozen.Mounts, Is.EqualTo(new[] { "/media/data" }));
        Assert.That(waiting, Does.Contain("No such file"));
        Assert.That(thawed.Duration, Is.GreaterThan(TimeSpan.FromSeconds(1)));
        Assert.That(thawed.ThawedItself, Is.False);
        Assert.That((await _session.Processes.RunAsync(["sh", "-c", "sleep 1; cat /run/late"])).OutputText, Is.EqualTo("done\n"));
    }

    [Test]
    public async Task Freeze_that_nobody_ends_ends_itself_and_says_so()
    {
        await MountAsync();
        await _session.FileSystems.FreezeAsync(TimeSpan.FromSeconds(1), ["/media/data"]);
        await _session.DisposeAsync();
        await Task.Delay(2500);
        _session = await _guest.SessionAsync();
        GuestFreeze thawed = await _session.FileSystems.ThawAsync();

        Assert.That(thawed.ThawedItself, Is.True);
        Assert.That((await _session.Processes.RunAsync(["touch", "/media/data/after"])).ExitCode, Is.Zero);
    }

    [Test]
    public async Task Freeze_of_a_killed_agent_is_ended_by_the_next_one()
    {
        await MountAsync();
        await _session.FileSystems.FreezeAsync(TimeSpan.FromSeconds(60), ["/media/data"]);
        await _session.DisposeAsync();
        await _guest.ShellAsync("kill -9 $(pidof lqa); sleep 1");
        await _guest.StartAgentAsync();
        _session = await _guest.SessionAsync();

        Assert.That((await _session.FileSystems.ThawAsync()).ThawedItself, Is.True);
        Assert.That((await _session.Processes.RunAsync(["touch", "/media/data/after-kill"])).ExitCode, Is.Zero);
    }

    [TestCase(1)]
    [TestCase(-1)]
    public async Task Clock_that_is_off_by_a_day_is_set(int days)
    {
        await _session.Processes.RunAsync(["sh", "-c", $"date -s @$(( $(date +%s) + {days * 86400} ))"]);
        (TimeSpan drift, bool wasSet) = await _session.System.SetTimeAsync();
        (TimeSpan after, bool again) = await _session.System.SetTimeAsync();

        Assert.That(drift.TotalHours, Is.EqualTo(24 * days).Within(0.1));
        Assert.That(wasSet, Is.True);
        Assert.That(after.TotalSeconds, Is.EqualTo(0).Within(1));
        Assert.That(again, Is.False);
    }

    [Test]
    public async Task Password_goes_to_the_guests_tool_by_its_input_and_keys_are_added_once()
    {
        // This guest's busybox has no chpasswd: first that is told, then one that writes down how it was called stands in its place.
        Assert.That(await Failing.CodeOfAsync(() => _session.System.SetPasswordAsync("root", "secret:word")), Is.EqualTo(GuestErrorCode.Unimplemented));
        await _session.Files.WriteAsync(
            "/usr/sbin/chpasswd", "#!/bin/sh\necho \"$# arguments: $*\" > /run/called\ncat >> /run/called\n"u8.ToArray(), new GuestWriteOptions { Mode = (UnixFileMode)0x1ED });
        await _session.System.SetPasswordAsync("root", "secret:word");
        string called = Encoding.UTF8.GetString(await _session.Files.ReadAsync("/run/called"));
        await _session.Files.RemoveAsync("/usr/sbin/chpasswd");
        const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFakeFakeFakeFakeFakeFakeFakeFakeFakeFake me@host";
        await _session.System.SetSshKeysAsync("root", [Key]);
        IReadOnlyList<string> keys = await _session.System.SetSshKeysAsync("root", [Key.Replace("me@host", "again", StringComparison.Ordinal)]);

        Assert.That(called, Is.EqualTo("0 arguments: \nroot:secret:word\n"));
        Assert.That(await _session.Processes.RunAsync(["grep", "-r", "secret:word", "/run/lqa.log"]), Has.Property("ExitCode").EqualTo(1));
        Assert.That(keys.Count(k => k.Contains("AAAAC3", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(await Failing.CodeOfAsync(() => _session.System.SetPasswordAsync("nobody-there", "x")), Is.EqualTo(GuestErrorCode.NotFound));
    }

    [Test]
    public async Task Telemetry_is_that_of_the_guest()
    {
        GuestTelemetry telemetry = await _session.System.GetTelemetryAsync();
        List<GuestTelemetry> watched = [];
        await foreach (GuestTelemetry next in _session.System.WatchTelemetryAsync(TimeSpan.FromSeconds(1)))
        {
            watched.Add(next);
            if (watched.Count == 2)
                break;
        }

        Assert.That(telemetry.Memory.TotalBytes, Is.InRange(100 << 20, 256 << 20));
        Assert.That(telemetry.Processors, Has.Count.EqualTo(1));
        Assert.That(telemetry.Disks.Select(d => d.Name), Does.Contain("vda").And.Contain("vdb"));
        Assert.That(telemetry.IsClamped, Is.False);
        Assert.That(watched[1].Uptime, Is.GreaterThan(watched[0].Uptime));
    }

    [Test]
    public async Task Host_that_is_killed_in_the_midst_of_a_push_leaves_the_agent_ready()
    {
        using var cut = new CancellationTokenSource();
        Task push = _session.Files.PushAsync(new MemoryStream(new byte[16 << 20]), "/tmp/cut", cancellationToken: cut.Token);
        await Task.Delay(100);
        await _session.DisposeAsync();
        Assert.That(async () => await push, Throws.InstanceOf<GuestException>());
        _session = await _guest.SessionAsync();

        Assert.That(await Failing.CodeOfAsync(() => _session.Files.StatAsync("/tmp/cut")), Is.EqualTo(GuestErrorCode.NotFound));
        Assert.That((await _session.Files.ListAsync("/tmp")).Select(e => e.Path), Has.None.Contains("partial"));
    }

    [Test]
    public async Task Second_client_on_the_channel_is_told_of_it()
    {
        GuestException error = await Failing.OfAsync(async () => await GuestSession.ConnectAsync(
            await SecondAsync(), new GuestSessionOptions { HandshakeTimeout = TimeSpan.FromSeconds(2) }));

        Assert.That(error.Code, Is.EqualTo(GuestErrorCode.NoAgent));
        Assert.That(error.Message, Does.Contain("another client"));
        Assert.That(await _session.PingAsync(), Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public async Task Agent_stands_still_while_no_host_is_there()
    {
        await _session.DisposeAsync();
        await Task.Delay(3000);
        string before = await _guest.ShellAsync("cat /proc/$(pidof lqa)/stat");
        await Task.Delay(10_000);
        string after = await _guest.ShellAsync("cat /proc/$(pidof lqa)/stat");

        // Half a per cent of ten seconds is five ticks.
        Assert.That(Ticks(after) - Ticks(before), Is.LessThanOrEqualTo(6));
    }

    private static long Ticks(string stat)
    {
        string[] words = stat[(stat.LastIndexOf(") ", StringComparison.Ordinal) + 2)..].Split(' ');
        return long.Parse(words[11], System.Globalization.CultureInfo.InvariantCulture) + long.Parse(words[12], System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<Stream> SecondAsync()
    {
        var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        await socket.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(_guest.PortPath));
        return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>The second disk, whose file system can be frozen; the others' cannot.</summary>
    private async Task MountAsync()
    {
        GuestCommandResult result = await _session.Processes.RunAsync(["sh", "-c", "mkdir -p /media/data; grep -q /media/data /proc/mounts || { modprobe ext4 2> /dev/null; mount -t ext4 /dev/vdb /media/data; }"]);
        Assert.That(result.ExitCode, Is.Zero, result.ErrorText);
    }

    private static async Task ReadToAsync(Stream stream, string wanted)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        StringBuilder seen = new();
        byte[] buffer = new byte[4096];
        while (!seen.ToString().Contains(wanted, StringComparison.Ordinal))
        {
            int read = await stream.ReadAsync(buffer, patience.Token);
            Assert.That(read, Is.GreaterThan(0), $"ended before '{wanted}': {seen}");
            seen.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
    }
}
