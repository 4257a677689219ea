using LibvirtSharp.Tests.Support;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

/// <summary>A daemon that is killed, frozen and started again while its events flow to two subscriptions that share a registration.</summary>
[Category("Integration")]
[NonParallelizable]
internal sealed class EventFailureTests
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task Events_flow_on_after_a_resync_when_the_daemon_is_started_again(bool killed)
    {
        await using PrivateLibvirtd daemon = await PrivateLibvirtd.StartAsync();
        await using LibvirtConnection connection = await OpenAsync(daemon, _ => { });
        await using LibvirtEventSubscription first = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
        await using LibvirtEventSubscription second = await connection.SubscribeAsync([LibvirtEventKind.DomainLifecycle, LibvirtEventKind.NetworkLifecycle]);
        await using var flow = new EventFlow(await OpenAsync(daemon, _ => { }));
        AlternationReader[] readers = new[] { new AlternationReader(first), new AlternationReader(second) };
        foreach (AlternationReader reader in readers)
            await reader.ReadAsync(20);

        if (killed)
            await daemon.KillAsync();
        await daemon.RestartAsync();
        foreach (AlternationReader reader in readers)
        {
            await reader.ResyncAsync(LibvirtResyncReason.Reconnected);
            await reader.ReadAsync(20);
        }
    }

    [Test]
    public async Task Events_of_a_daemon_that_was_frozen_for_a_while_come_without_a_gap()
    {
        await using PrivateLibvirtd daemon = await PrivateLibvirtd.StartAsync();
        await using LibvirtConnection connection = await OpenAsync(daemon, options => options.KeepAliveInterval = TimeSpan.Zero);
        await using LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
        await using var flow = new EventFlow(await OpenAsync(daemon, options => options.KeepAliveInterval = TimeSpan.Zero));
        var reader = new AlternationReader(events);
        await reader.ReadAsync(20);
        daemon.Stop();
        try
        {
            LibvirtException deadline = await Failure.OfAsync(
                () => connection.WithTimeout(TimeSpan.FromMilliseconds(300)).SubscribeAsync(LibvirtEventKind.NetworkLifecycle));
            Assert.That(deadline.Code, Is.EqualTo(LibvirtErrorCode.OperationTimeout));
        }
        finally
        {
            daemon.Continue();
        }
        await reader.ReadAsync(100);
        Assert.That(reader.Resyncs, Is.Empty);
        await using LibvirtEventSubscription networks = await connection.SubscribeAsync(LibvirtEventKind.NetworkLifecycle);
    }

    [Test]
    public async Task Events_flow_on_after_a_resync_when_a_frozen_daemon_was_given_up()
    {
        await using PrivateLibvirtd daemon = await PrivateLibvirtd.StartAsync();
        await using LibvirtConnection connection = await OpenAsync(daemon, options =>
        {
            options.KeepAliveInterval = TimeSpan.FromSeconds(1);
            options.KeepAliveCount = 3;
        });
        await using LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
        await using var flow = new EventFlow(await OpenAsync(daemon, _ => { }));
        var reader = new AlternationReader(events);
        await reader.ReadAsync(20);
        daemon.Stop();
        try
        {
            LibvirtException lost = await Failure.OfAsync(() => connection.WithTimeout(Timeout.InfiniteTimeSpan).GetHostnameAsync());
            Assert.That(lost.IsConnectionLost, Is.True, lost.Message);
        }
        finally
        {
            daemon.Continue();
        }
        await reader.ResyncAsync(LibvirtResyncReason.Reconnected);
        await reader.ReadAsync(20);
    }

    private static Task<LibvirtConnection> OpenAsync(PrivateLibvirtd daemon, Action<LibvirtConnectionOptions> configure) =>
        Daemon.OpenAsync($"test+unix:///default?socket={daemon.SocketPath}", options =>
        {
            options.Reconnect = new LibvirtReconnectOptions { FirstDelay = TimeSpan.FromMilliseconds(50), MaxDelay = TimeSpan.FromSeconds(1) };
            configure(options);
        });
}
