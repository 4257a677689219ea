using System.Text;
using LibvirtSharp.Tests.Support;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

/// <summary>What needs a real guest's help: its channel and console, its agent, and the events that it causes. One guest for all.</summary>
[Category("Integration")]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class GuestTests
{
    private const string Channel = "org.limiquantix.test.0";
    private FullDisk _small = null!;
    private PrivateLibvirtd _daemon = null!;
    private LibvirtConnection _connection = null!;
    private TinyGuest _guest = null!;

    private Domain Domain => _guest.Domain;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        // Before the daemon, so that its namespace has it.
        _small = await FullDisk.MountAsync(4 << 20);
        _daemon = await PrivateLibvirtd.StartAsync();
        _connection = await Daemon.OpenAsync(_daemon.Uri, null);
        string thin = Path.Combine(_small.Path, "thin");
        await Command.OutputAsync(Requires.Tool("qemu-img"), ["create", "-q", "-f", "qcow2", thin, "64M"]);
        _guest = await TinyGuest.StartAsync(_connection, "guest", $"""
            <disk type='file' device='disk'>
              <driver name='qemu' type='qcow2' error_policy='enospace'/><source file='{thin}'/><target dev='vdb' bus='virtio'/>
            </disk>
            <channel type='unix'><target type='virtio' name='{Channel}'/></channel>
            <memballoon model='virtio'/>
            """);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_guest is not null)
            await _guest.DisposeAsync();
        if (_connection is not null)
            await _connection.DisposeAsync();
        if (_daemon is not null)
            await _daemon.DisposeAsync();
        if (_small is not null)
            await _small.DisposeAsync();
    }

    [Test]
    public async Task Channel_carries_bytes_to_a_program_in_the_guest_and_back()
    {
        // While nobody is at the host's end, the guest reads an end of file.
        await _guest.BeginAsync($"exec 3<>/dev/virtio-ports/{Channel}; while sleep 0.1; do while IFS= read -r line <&3; do echo \"guest heard: $line\" >&3; done; done");
        await using LibvirtStream channel = await Domain.OpenChannelAsync(Channel);
        foreach (string said in (string[])["one", "two ü", new string('x', 3000)])
        {
            await channel.WriteAsync(Encoding.UTF8.GetBytes(said + "\n"));
            Assert.That(await ReadUntilAsync(channel, "\n"), Is.EqualTo($"guest heard: {said}\n"));
        }
    }

    [Test]
    public async Task Channel_that_is_none_is_refused()
    {
        LibvirtException error = await Failure.OfAsync(() => Domain.OpenChannelAsync("org.limiquantix.absent"));
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.InternalError), error.Message);
        Assert.That(error.Message, Does.Contain("org.limiquantix.absent"));
    }

    [Test]
    public async Task Console_is_a_shell_of_the_guest()
    {
        await using LibvirtStream console = await Domain.OpenConsoleAsync();
        await console.WriteAsync("\r"u8.ToArray());
        await ReadUntilAsync(console, "# ");
        await console.WriteAsync("echo $((6 * 7)) is the answer\r"u8.ToArray());
        Assert.That(await ReadUntilAsync(console, "42 is the answer"), Does.Contain("42 is the answer"));
    }

    [Test]
    public async Task Guest_tells_of_itself_through_its_agent()
    {
        Assert.That(await Domain.GetHostnameAsync(DomainGetHostnameFlags.Agent), Is.EqualTo("tiny"));
        DomainGuestInfo info = await Domain.GetGuestInfoAsync(
            DomainGuestInfoTypes.OS | DomainGuestInfoTypes.Hostname | DomainGuestInfoTypes.TimeZone | DomainGuestInfoTypes.Interfaces);
        Assert.Multiple(() =>
        {
            Assert.That((info.OperatingSystem!.Id, info.OperatingSystem.Machine), Is.EqualTo(("debian", "x86_64")));
            Assert.That(info.Hostname, Is.EqualTo("tiny"));
            Assert.That(info.TimeZone!.Offset, Is.EqualTo(TimeSpan.Zero));
            Assert.That(info.Interfaces.Select(each => each.Name), Does.Contain("lo"));
            Assert.That(info.FileSystems, Is.Empty, "they were not asked for");
        });
        DateTimeOffset time = await Domain.GetTimeAsync();
        Assert.That(time, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(10)));

        const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBaZ7wM5kq0n6cWZp2J4m2kQ7n9rUu3cJ0o8m1p5s6tV test";
        await Domain.SetAuthorizedSshKeysAsync("root", new[] { Key });
        Assert.That(await Domain.GetAuthorizedSshKeysAsync("root"), Is.EqualTo(new[] { Key }));
        await Domain.SetAuthorizedSshKeysAsync("root", new[] { Key }, DomainAuthorizedSshKeysSetFlags.Remove);
        Assert.That(await Domain.GetAuthorizedSshKeysAsync("root"), Is.Empty);
        Assert.That(await Domain.FreezeFileSystemsAsync(), Is.Zero.Or.Positive);
        await Domain.ThawFileSystemsAsync();
    }

    [Test]
    public async Task Clock_that_the_guest_sets_is_told() =>
        await ExpectAsync<DomainRtcChangeEvent>([LibvirtEventKind.DomainRtcChange], () => _guest.RunAsync("hwclock -w -u 2>&1"), _ => true);

    [Test]
    public async Task Disk_that_finds_no_space_halts_the_guest_and_is_told_in_both_kinds_of_event()
    {
        await using LibvirtEventSubscription plain = await _connection.SubscribeAsync(LibvirtEventKind.DomainIOError);
        DomainIOErrorEvent told = await ExpectAsync<DomainIOErrorEvent>(
            [LibvirtEventKind.DomainIOErrorReason],
            () => _guest.BeginAsync("dd if=/dev/urandom of=/dev/vdb bs=1M count=8 conv=fsync && touch /run/written"), _ => true);
        Assert.Multiple(() =>
        {
            Assert.That(told.Action, Is.EqualTo(DomainEventIOErrorAction.Pause));
            Assert.That(told.CauseName, Is.EqualTo("enospc"));
            Assert.That(told.SourcePath, Is.EqualTo(Path.Combine(_small.Path, "thin")));
        });
        Assert.That((await Waiting.FirstAsync<DomainIOErrorEvent>(plain, _ => true)).DeviceAlias, Is.EqualTo(told.DeviceAlias));
        await Waiting.UntilAsync(async () => (await Domain.GetStateAsync()).TypedReason is DomainPausedReason.IOError);
        Assert.That((await Domain.GetDiskErrorsAsync())["vdb"], Is.EqualTo(DomainDiskErrorCode.NoSpace));

        await Command.OutputAsync(Requires.Tool("mount"), ["-o", "remount,size=32M", _small.Path]);
        await Domain.ResumeAsync();
        await _guest.RunAsync("while [ ! -f /run/written ]; do sleep 0.1; done");
        Assert.That((await Domain.GetStateAsync()).State, Is.EqualTo(DomainState.Running));
    }

    [Test]
    public async Task Disk_written_beyond_its_threshold_is_told()
    {
        DomainBlockInfo before = await Domain.GetBlockInfoAsync("vda");
        DomainBlockThresholdEvent told = await ExpectAsync<DomainBlockThresholdEvent>(
            [LibvirtEventKind.DomainBlockThreshold],
            async () =>
            {
                await Domain.SetBlockThresholdAsync("vda", before.PhysicalBytes + (64 << 10));
                // The image's end, behind its file system.
                await _guest.RunAsync("dd if=/dev/urandom of=/media/disk/filling bs=64k count=16 conv=fsync 2>&1; rm /media/disk/filling; sync");
            },
            _ => true);
        Assert.That((told.Device, told.ThresholdBytes), Is.EqualTo(("vda", before.PhysicalBytes + (64 << 10))));
    }

    [Test]
    public async Task Balloon_that_the_guest_fills_is_told()
    {
        DomainBalloonChangeEvent told = await ExpectAsync<DomainBalloonChangeEvent>(
            [LibvirtEventKind.DomainBalloonChange], () => Domain.SetMemoryAsync(224 << 20), next => next.ActualBytes == 224 << 20);
        Assert.That((await Domain.GetInfoAsync()).MemoryBytes, Is.EqualTo(told.ActualBytes));
    }

    [Test]
    public async Task Agent_that_ends_and_comes_back_is_told()
    {
        await ExpectAsync<DomainAgentLifecycleEvent>(
            [LibvirtEventKind.DomainAgentLifecycle], () => _guest.BeginAsync("/bin/sleep 1; kill $(cat /run/qemu-ga.pid); sleep 1; qemu-ga -d -m virtio-serial -p /dev/virtio-ports/org.qemu.guest_agent.0 -f /run/qemu-ga.pid -t /run"),
            next => next.State == ConnectDomainEventAgentLifecycleState.Disconnected && next.Reason == ConnectDomainEventAgentLifecycleReason.Channel);
        await Waiting.UntilAsync(async () => await AnswersAsync());
    }

    [Test]
    public async Task Sleep_and_wake_up_are_told()
    {
        await using LibvirtEventSubscription events = await _connection.SubscribeAsync([LibvirtEventKind.DomainSuspend, LibvirtEventKind.DomainWakeUp]);
        await _guest.BeginAsync("sleep 1; echo mem > /sys/power/state");
        await Waiting.FirstAsync<DomainPowerManagementEvent>(events, next => next.Kind == LibvirtEventKind.DomainSuspend);
        Assert.That((await Domain.GetStateAsync()).State, Is.EqualTo(DomainState.PMSuspended));
        await Domain.PowerManagementWakeUpAsync();
        await Waiting.FirstAsync<DomainPowerManagementEvent>(events, next => next.Kind == LibvirtEventKind.DomainWakeUp);
        await Waiting.UntilAsync(async () => await AnswersAsync());
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await Domain.QemuAgentCommandAsync("""{"execute":"guest-ping"}""");
            return true;
        }
        catch (LibvirtException error) when (error.Code is LibvirtErrorCode.AgentUnresponsive)
        {
            return false;
        }
    }

    /// <summary>Acts, and gives the event of this guest that tells it.</summary>
    private async Task<T> ExpectAsync<T>(IReadOnlyList<LibvirtEventKind> kinds, Func<Task> act, Func<T, bool> fits)
        where T : DomainEvent
    {
        await using LibvirtEventSubscription events = await _connection.SubscribeAsync(kinds);
        await act();
        return await Waiting.FirstAsync<T>(events, next => next.Domain.Uuid == Domain.Uuid && fits(next));
    }

    private static async Task<string> ReadUntilAsync(LibvirtStream stream, string wanted)
    {
        using var deadline = new CancellationTokenSource(Daemon.Patience);
        byte[] buffer = new byte[4096];
        var read = new MemoryStream();
        while (!Encoding.UTF8.GetString(read.ToArray()).Contains(wanted, StringComparison.Ordinal))
        {
            int count = await stream.ReadAsync(buffer, deadline.Token);
            Assert.That(count, Is.GreaterThan(0), "the stream ended");
            read.Write(buffer, 0, count);
        }
        return Encoding.UTF8.GetString(read.ToArray());
    }
}
