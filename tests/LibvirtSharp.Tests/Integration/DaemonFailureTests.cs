using LibvirtSharp.Tests.Support;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

/// <summary>A daemon that is killed, frozen and started again under a client that is at work.</summary>
[Category("Integration")]
[NonParallelizable]
internal sealed class DaemonFailureTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task Daemon_that_is_started_again_fails_calls_streams_and_events_and_all_resume_when_it_is_back(bool killed)
    {
        await using PrivateLibvirtd daemon = await PrivateLibvirtd.StartAsync();
        await using var folder = new TemporaryFolder();
        await using LibvirtConnection connection = await Daemon.OpenAsync(daemon.Uri, options => options.Reconnect = new LibvirtReconnectOptions());
        await using LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
        Domain domain = await connection.DefineDomainAsync(Domains.Qemu("survivor"));
        await domain.StartAsync();
        StoragePool pool = await connection.CreateStoragePoolAsync($"<pool type='dir'><name>p</name><target><path>{folder.Path}</path></target></pool>");
        StorageVolume volume = await pool.CreateVolumeAsync("<volume><name>v</name><capacity unit='GiB'>1</capacity><allocation>0</allocation></volume>");
        await using LibvirtStream stream = await volume.OpenUploadAsync();
        await stream.WriteAsync(new byte[1 << 20]);

        Task<LibvirtException> streaming = Failure.OfAsync(async () =>
        {
            while (true)
                await stream.WriteAsync(new byte[1 << 16]);
        });
        Task<LibvirtException> calling = Failure.OfAsync(async () =>
        {
            while (true)
                await domain.GetInfoAsync();
        });
        if (killed)
            await daemon.KillAsync();
        else
            await daemon.RestartAsync();
        LibvirtException call = await calling.WaitAsync(Daemon.Patience);
        LibvirtException write = await streaming.WaitAsync(Daemon.Patience);
        Assert.Multiple(() =>
        {
            Assert.That(call.IsConnectionLost && call.IsTransient, Is.True, call.Message);
            Assert.That(write.IsConnectionLost, Is.True, write.Message);
        });

        if (killed)
            await daemon.RestartAsync();
        await Waiting.FirstAsync<ResyncEvent>(events, resync => resync.Reason == LibvirtResyncReason.Reconnected);
        Assert.That((await domain.GetStateAsync()).State, Is.EqualTo(DomainState.Running));
        // A daemon that starts again takes its guests back one by one behind the calls that it already answers. A destroy in between ends
        // the guest and fails all the same ("domain is not running"), without an event; a monitor command waits its turn.
        Assert.That(await domain.QemuMonitorCommandAsync("""{"execute":"query-status"}"""), Does.Contain("running"));
        await domain.DestroyAsync();
        await Waiting.FirstAsync<DomainLifecycleEvent>(events, next => next.Domain.Uuid == domain.Uuid && next.Type == DomainEventType.Stopped);
        await domain.UndefineAsync();
        Assert.That(connection.Closed.IsCompleted, Is.False);
    }

    [Test]
    public async Task Frozen_daemon_is_found_by_keepalive_and_by_the_calls_deadline()
    {
        await using PrivateLibvirtd daemon = await PrivateLibvirtd.StartAsync();
        await using LibvirtConnection connection = await Daemon.OpenAsync(daemon.Uri, options =>
        {
            options.KeepAliveInterval = TimeSpan.FromSeconds(1);
            options.KeepAliveCount = 2;
        });
        daemon.Stop();
        try
        {
            LibvirtException deadline = await Failure.OfAsync(() => connection.WithTimeout(TimeSpan.FromMilliseconds(300)).GetHostnameAsync());
            LibvirtException lost = await Failure.OfAsync(() => connection.WithTimeout(Timeout.InfiniteTimeSpan).GetHostnameAsync());
            LibvirtException reason = await connection.Closed.WaitAsync(Daemon.Patience);
            Assert.Multiple(() =>
            {
                Assert.That(deadline.Code, Is.EqualTo(LibvirtErrorCode.OperationTimeout));
                Assert.That(lost.IsConnectionLost, Is.True);
                Assert.That(reason.Message, Does.Contain("keepalive"));
            });
        }
        finally
        {
            daemon.Continue();
        }
    }

    [Test]
    public async Task Upload_goes_on_when_a_frozen_daemon_does_and_nothing_is_lost()
    {
        await using PrivateLibvirtd daemon = await PrivateLibvirtd.StartAsync();
        await using var folder = new TemporaryFolder();
        await using LibvirtConnection connection = await Daemon.OpenAsync(daemon.Uri, options => options.KeepAliveInterval = TimeSpan.Zero);
        StoragePool pool = await connection.CreateStoragePoolAsync($"<pool type='dir'><name>p</name><target><path>{folder.Path}</path></target></pool>");
        StorageVolume volume = await pool.CreateVolumeAsync("<volume><name>v</name><capacity unit='MiB'>32</capacity><allocation>0</allocation></volume>");
        byte[] content = new byte[32 << 20];
        new Random(1).NextBytes(content);
        await using (LibvirtStream stream = await volume.OpenUploadAsync())
        {
            await stream.WriteAsync(content.AsMemory(0, 1 << 20));
            daemon.Stop();
            Task writing;
            try
            {
                writing = stream.WriteAsync(content.AsMemory(1 << 20)).AsTask();
                LibvirtException deadline = await Failure.OfAsync(() => connection.WithTimeout(TimeSpan.FromMilliseconds(300)).GetHostnameAsync());
                Assert.That(deadline.Code, Is.EqualTo(LibvirtErrorCode.OperationTimeout));
                Assert.That(writing.IsCompleted, Is.False);
            }
            finally
            {
                daemon.Continue();
            }
            await writing.WaitAsync(Daemon.Patience);
            await stream.FinishAsync().WaitAsync(Daemon.Patience);
        }
        Assert.That((await File.ReadAllBytesAsync(folder.Combine("v"))).AsSpan().SequenceEqual(content), Is.True);
    }

    [Test]
    public async Task Daemon_that_is_restarted_gently_ends_the_connection_once()
    {
        await using PrivateLibvirtd daemon = await PrivateLibvirtd.StartAsync();
        await using LibvirtConnection connection = await Daemon.OpenAsync(daemon.Uri, null);
        await daemon.RestartAsync();
        LibvirtException reason = await connection.Closed.WaitAsync(Daemon.Patience);
        LibvirtException later = await Failure.OfAsync(() => connection.GetHostnameAsync());
        Assert.That(reason.IsTransient, Is.True);
        Assert.That(later.IsConnectionLost && later.IsTransient, Is.True);
        await using LibvirtConnection again = await Daemon.OpenAsync(daemon.Uri, null);
        Assert.That(await again.GetDriverTypeAsync(), Is.EqualTo("QEMU"));
    }
}
