using System.Net.Sockets;
using LibvirtSharp.Tests.Support;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

/// <summary>The kinds of events that a machine without a system causes, on a real daemon. One machine for all.</summary>
[Category("Integration")]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class DomainEventTests
{
    private readonly TemporaryFolder _folder = new();
    private LibvirtConnection _connection = null!;
    private Domain _domain = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _connection = await Daemon.QemuAsync();
        await Command.OutputAsync(Requires.Tool("qemu-img"), ["create", "-q", "-f", "qcow2", _folder.Combine("disk"), "16M"]);
        await File.WriteAllBytesAsync(_folder.Combine("cd"), new byte[1 << 20]);
        _domain = await _connection.CreateDomainAsync(Domains.Qemu("events", $"""
            <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{_folder.Combine("disk")}'/><target dev='vda' bus='virtio'/></disk>
            <graphics type='vnc'><listen type='socket' socket='{_folder.Combine("vnc")}'/></graphics>
            """));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_domain is not null)
            await _domain.DestroyAsync();
        if (_connection is not null)
            await _connection.DisposeAsync();
        await _folder.DisposeAsync();
    }

    [Test]
    public Task Reset_is_told_as_a_reboot() => ExpectAsync<DomainRebootEvent>([LibvirtEventKind.DomainReboot], () => _domain.ResetAsync(), _ => true);

    [Test]
    public async Task Monitors_own_event_is_told_as_qemu_sent_it()
    {
        QemuMonitorEvent told = await ExpectAsync<QemuMonitorEvent>([LibvirtEventKind.QemuMonitor], () => _domain.ResetAsync(), next => next.Name == "RESET");
        Assert.That(told.Details, Does.Contain("\"guest\""));
        Assert.That(told.Time, Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(10)));
    }

    [Test]
    public async Task Client_of_the_screen_is_told_when_it_comes_and_goes()
    {
        await using LibvirtEventSubscription events = await _connection.SubscribeAsync(LibvirtEventKind.DomainGraphics);
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_folder.Combine("vnc")));
            await using var vnc = new NetworkStream(socket);
            byte[] greeting = new byte[12];
            await vnc.ReadExactlyAsync(greeting);
            await vnc.WriteAsync(greeting); // The same version.
            byte[] security = new byte[2];
            await vnc.ReadExactlyAsync(security);
            await vnc.WriteAsync(new byte[] { 1 }); // None.
            await vnc.ReadExactlyAsync(new byte[4]);
            await vnc.WriteAsync(new byte[] { 1 }); // Shared.
            await vnc.ReadExactlyAsync(new byte[24]);
        }
        DomainGraphicsEvent came = await NextAsync(DomainEventGraphicsPhase.Connect);
        DomainGraphicsEvent known = await NextAsync(DomainEventGraphicsPhase.Initialize);
        DomainGraphicsEvent gone = await NextAsync(DomainEventGraphicsPhase.Disconnect);
        Assert.That(new[] { came, known, gone }.Select(each => each.Local.Family), Has.All.EqualTo(DomainEventGraphicsAddressType.Unix));
        Assert.That(known.AuthenticationScheme, Is.EqualTo("none"));

        Task<DomainGraphicsEvent> NextAsync(DomainEventGraphicsPhase phase) =>
            Waiting.FirstAsync<DomainGraphicsEvent>(events, next => next.Domain.Uuid == _domain.Uuid && next.Phase == phase);
    }

    [Test]
    public async Task Tray_that_opens_and_closes_is_told()
    {
        // Paused: no firmware moves the tray too.
        Domain domain = await _connection.CreateDomainAsync(Domains.Qemu("tray", Cd($"<source file='{_folder.Combine("cd")}'/>")), DomainCreateFlags.StartPaused);
        await using LibvirtEventSubscription events = await _connection.SubscribeAsync(LibvirtEventKind.DomainTrayChange);
        await domain.UpdateDeviceAsync(Cd(""), DomainDeviceModifyFlags.Force);
        DomainTrayChangeEvent open = await Waiting.FirstAsync<DomainTrayChangeEvent>(events, next => next.Domain.Uuid == domain.Uuid);
        await domain.UpdateDeviceAsync(Cd($"<source file='{_folder.Combine("cd")}'/>"), DomainDeviceModifyFlags.Force);
        DomainTrayChangeEvent close = await Waiting.FirstAsync<DomainTrayChangeEvent>(events, next => next.Domain.Uuid == domain.Uuid);
        await domain.DestroyAsync();
        Assert.That((open.Reason, close.Reason), Is.EqualTo((DomainEventTrayChangeReason.Open, DomainEventTrayChangeReason.Close)));
        Assert.That(open.DeviceAlias, Is.EqualTo("ide0-1-0"));

        static string Cd(string source) =>
            $"<disk type='file' device='cdrom'><driver name='qemu' type='raw'/>{source}<target dev='hdc' bus='ide'/><readonly/></disk>";
    }

    [Test]
    public async Task Medium_that_is_missing_at_the_start_is_told()
    {
        await using LibvirtEventSubscription events = await _connection.SubscribeAsync(LibvirtEventKind.DomainDiskChange);
        string missing = _folder.Combine("missing.iso");
        Domain domain = await _connection.CreateDomainAsync(Domains.Qemu("medium", $"""
            <disk type='file' device='cdrom'><driver name='qemu' type='raw'/><source file='{missing}' startupPolicy='optional'/><target dev='hdc' bus='ide'/><readonly/></disk>
            """), DomainCreateFlags.StartPaused);
        await domain.DestroyAsync();
        DomainDiskChangeEvent told = await Waiting.FirstAsync<DomainDiskChangeEvent>(events, next => next.Domain.Uuid == domain.Uuid);
        Assert.That((told.OldSourcePath, told.NewSourcePath, told.Reason), Is.EqualTo((missing, (string?)null, ConnectDomainEventDiskChangeReason.ChangeMissingOnStart)));
    }

    [Test]
    public async Task Device_that_is_added_and_removed_is_told()
    {
        const string Tablet = "<input type='tablet' bus='usb'><alias name='ua-tablet'/></input>";
        await ExpectAsync<DomainDeviceAddedEvent>(
            [LibvirtEventKind.DomainDeviceAdded], () => _domain.AttachDeviceAsync(Tablet), next => next.DeviceAlias == "ua-tablet");
        await ExpectAsync<DomainDeviceRemovedEvent>(
            [LibvirtEventKind.DomainDeviceRemoved], () => _domain.DetachDeviceByAliasAsync("ua-tablet"), next => next.DeviceAlias == "ua-tablet");
    }

    [Test]
    public async Task Limit_that_is_set_is_told()
    {
        DomainTunableEvent told = await ExpectAsync<DomainTunableEvent>(
            [LibvirtEventKind.DomainTunable],
            () => _domain.SetBlockIOTuneAsync("vda", new[] { new TypedParameter("total_bytes_sec", 1_000_000UL) }),
            _ => true);
        Assert.That(told.Parameters.Single(parameter => parameter.Name == "blkdeviotune.total_bytes_sec").ToUInt64(), Is.EqualTo(1_000_000UL));
        Assert.That((await _domain.GetBlockIOTuneAsync("vda")).Single(parameter => parameter.Name == "total_bytes_sec").ToUInt64(), Is.EqualTo(1_000_000UL));
    }

    [Test]
    public async Task Metadata_that_is_set_is_told()
    {
        DomainMetadataChangeEvent title = await ExpectAsync<DomainMetadataChangeEvent>(
            [LibvirtEventKind.DomainMetadataChange], () => _domain.SetMetadataAsync(DomainMetadataType.Title, "t"), _ => true);
        DomainMetadataChangeEvent element = await ExpectAsync<DomainMetadataChangeEvent>(
            [LibvirtEventKind.DomainMetadataChange],
            () => _domain.SetMetadataAsync(DomainMetadataType.Element, "<a/>", "own", "urn:test:events"), _ => true);
        Assert.That((title.Type, element.Type, element.NamespaceUri), Is.EqualTo((DomainMetadataType.Title, DomainMetadataType.Element, "urn:test:events")));
    }

    [Test]
    public async Task Block_job_is_told_in_both_kinds_of_event()
    {
        await using LibvirtEventSubscription old = await _connection.SubscribeAsync(LibvirtEventKind.DomainBlockJob);
        string copy = _folder.Combine("copy");
        DomainBlockJobEvent ready = await ExpectAsync<DomainBlockJobEvent>(
            [LibvirtEventKind.DomainBlockJob2],
            () => _domain.BlockCopyAsync("vda", $"<disk type='file'><driver type='qcow2'/><source file='{copy}'/></disk>", flags: DomainBlockCopyFlags.TransientJob),
            next => next.Type == DomainBlockJobType.Copy);
        Assert.That((ready.Disk, ready.Status), Is.EqualTo(("vda", ConnectDomainEventBlockJobStatus.Ready)));
        DomainBlockJob? job = await _domain.GetBlockJobAsync("vda");
        Assert.That(job?.Type, Is.EqualTo(DomainBlockJobType.Copy));
        DomainBlockJobEvent ended = await ExpectAsync<DomainBlockJobEvent>(
            [LibvirtEventKind.DomainBlockJob2], () => _domain.AbortBlockJobAsync("vda"), next => next.Status != ConnectDomainEventBlockJobStatus.Ready);
        Assert.That(ended.Status, Is.EqualTo(ConnectDomainEventBlockJobStatus.Canceled));
        DomainBlockJobEvent same = await Waiting.FirstAsync<DomainBlockJobEvent>(old, next => next is { Type: DomainBlockJobType.Copy, Status: ConnectDomainEventBlockJobStatus.Ready });
        Assert.That(same.Disk, Is.EqualTo(_folder.Combine("disk")));
    }

    [Test]
    public async Task Backup_that_ends_is_told_as_a_completed_job()
    {
        DomainJobCompletedEvent told = await ExpectAsync<DomainJobCompletedEvent>(
            [LibvirtEventKind.DomainJobCompleted],
            async () => await _connection.Remote.DomainBackupBeginAsync(
                _domain.Ref, $"<domainbackup><disks><disk name='vda' type='file'><target file='{_folder.Combine("backup")}'/><driver type='qcow2'/></disk></disks></domainbackup>", null, 0),
            _ => true);
        Assert.That(told.Statistics.Single(parameter => parameter.Name == "success").Value, Is.True);
    }

    [Test]
    public async Task Watchdog_that_fires_is_told()
    {
        await using LibvirtEventSubscription events = await _connection.SubscribeAsync(LibvirtEventKind.DomainWatchdog);
        string disk = await BootDiskAsync("watchdog", BootSectors.WatchdogExpirer);
        Domain domain = await _connection.CreateDomainAsync(Domains.Qemu("watchdog", disk + "<watchdog model='ib700' action='pause'/>"));
        DomainWatchdogEvent told = await Waiting.FirstAsync<DomainWatchdogEvent>(events, next => next.Domain.Uuid == domain.Uuid);
        Assert.That(told.Action, Is.EqualTo(DomainEventWatchdogAction.Pause));
        Assert.That((await domain.GetStateAsync()).TypedReason, Is.EqualTo(DomainPausedReason.Watchdog));
        await domain.DestroyAsync();
    }

    [Test]
    public async Task Guest_that_sleeps_on_its_disk_is_told()
    {
        await using LibvirtEventSubscription events = await _connection.SubscribeAsync(LibvirtEventKind.DomainSuspendDisk);
        Domain domain = await _connection.CreateDomainAsync(
            Domains.Qemu("hibernator", await BootDiskAsync("hibernator", BootSectors.Hibernator)).Replace("<devices>", "<features><acpi/></features><devices>", StringComparison.Ordinal));
        await Waiting.FirstAsync<DomainPowerManagementEvent>(events, next => next.Domain.Uuid == domain.Uuid && next.Kind == LibvirtEventKind.DomainSuspendDisk);
    }

    [Test]
    public async Task Device_that_the_guest_does_not_let_go_is_told()
    {
        await using LibvirtEventSubscription events = await _connection.SubscribeAsync(LibvirtEventKind.DomainDeviceRemovalFailed);
        string devices = await BootDiskAsync("keeper", BootSectors.MemoryKeeper) +
            "<memory model='dimm'><target><size unit='MiB'>128</size><node>0</node></target></memory>";
        string xml = Domains.Qemu("keeper", devices)
            .Replace("<memory unit='MiB'>64</memory>", "<maxMemory slots='2' unit='MiB'>512</maxMemory><memory unit='MiB'>192</memory>", StringComparison.Ordinal)
            .Replace("<devices>", "<features><acpi/></features><cpu><numa><cell id='0' cpus='0' memory='64' unit='MiB'/></numa></cpu><devices>", StringComparison.Ordinal);
        Domain domain = await _connection.CreateDomainAsync(xml);
        DomainDeviceRemovalFailedEvent told = await Waiting.FirstAsync<DomainDeviceRemovalFailedEvent>(events, next => next.Domain.Uuid == domain.Uuid);
        await domain.DestroyAsync();
        Assert.That(told.DeviceAlias, Is.EqualTo("dimm0"));
    }

    private async Task<string> BootDiskAsync(string name, byte[] sector)
    {
        string path = _folder.Combine(name);
        await File.WriteAllBytesAsync(path, sector);
        return $"<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{path}'/><target dev='hda' bus='ide'/></disk>";
    }

    /// <summary>Acts, and gives the event of this machine that tells it.</summary>
    private async Task<T> ExpectAsync<T>(IReadOnlyList<LibvirtEventKind> kinds, Func<Task> act, Func<T, bool> fits)
        where T : DomainEvent
    {
        await using LibvirtEventSubscription events = await _connection.SubscribeAsync(kinds);
        await act();
        return await Waiting.FirstAsync<T>(events, next => next.Domain.Uuid == _domain.Uuid && fits(next));
    }
}
