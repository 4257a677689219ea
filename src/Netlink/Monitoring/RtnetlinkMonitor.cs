using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Netlink.Messages;
using Netlink.Sockets;

namespace Netlink;

/// <summary>
/// Tells what happens in a network namespace, in the order in which it happens. From the moment it is open nothing is missed: open it, then read the
/// state, then follow the events, of which the first may tell what was read already. When more happens than is read, events are lost and a
/// <see cref="RtnetlinkOverflow"/> stands in their place.
/// </summary>
/// <remarks>One enumeration at a time. Events wait in a bounded buffer, and then in the socket's.</remarks>
public sealed class RtnetlinkMonitor : IAsyncEnumerable<RtnetlinkEvent>, IAsyncDisposable
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closing = new();
    private readonly Channel<RtnetlinkEvent> _events;
    private readonly RtnetlinkOptions _options;
    private readonly RtnetlinkGroups _groups;
    private readonly ILogger _logger;
    private readonly WakeUp _wake = new();

    private RtnetlinkMonitor(RtnetlinkGroups groups, RtnetlinkOptions options)
    {
        _groups = groups;
        _options = options;
        _logger = (options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger<RtnetlinkMonitor>();
        _events = Channel.CreateBounded<RtnetlinkEvent>(new BoundedChannelOptions(options.EventBufferCapacity) { SingleWriter = true });
        new Thread(Run) { IsBackground = true, Name = "netlink monitor" }.UnsafeStart();
    }

    /// <summary>Opens a monitor. Needs no capability, but to enter another namespace CAP_SYS_ADMIN.</summary>
    /// <param name="groups">What it tells of.</param>
    /// <param name="options">The namespace and the size of the buffers.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public static async Task<RtnetlinkMonitor> OpenAsync(
        RtnetlinkGroups groups = RtnetlinkGroups.All, RtnetlinkOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("Netlink is Linux's.");
        if (groups is RtnetlinkGroups.None || (groups & ~RtnetlinkGroups.All) != 0)
            throw new ArgumentOutOfRangeException(nameof(groups), groups, "At least one of the groups is wanted, and none that there is not.");
        cancellationToken.ThrowIfCancellationRequested();
        var monitor = new RtnetlinkMonitor(groups, (options ?? new RtnetlinkOptions()).Checked());
        try
        {
            await monitor._opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return monitor;
        }
        catch
        {
            await monitor.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The events from here on. It ends when the monitor is disposed.</summary>
    public async IAsyncEnumerator<RtnetlinkEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (RtnetlinkEvent next in _events.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            yield return next;
    }

    /// <summary>Leaves the groups. An enumeration gives what was received already, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        _wake.Set();
        await _ended.Task.ConfigureAwait(false);
        _wake.Dispose();
    }

    private void Run()
    {
        try
        {
            using NetlinkSocket socket = NamespaceThread.Inside(_options.Namespace, () => new NetlinkSocket(_options.ReceiveBufferSize));
            Join(socket);
            _opened.TrySetResult();
            var buffer = new byte[256 << 10];
            while (!_closing.IsCancellationRequested)
            {
                Receive(socket, buffer);
                socket.Wait(_wake.Descriptor, Timeout.InfiniteTimeSpan);
            }
            _events.Writer.TryComplete();
        }
        catch (OperationCanceledException)
        {
            _events.Writer.TryComplete();
        }
        catch (Exception exception)
        {
            if (!_opened.TrySetException(exception))
                _logger.MonitorEnded(exception);
            _events.Writer.TryComplete(exception);
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    /// <summary>
    /// Takes what is there. After an overflow the kernel adds nothing until all has been taken, so what was lost lies behind the last message: the
    /// overflow is told there and not when it is noticed, or what is read then would be followed by older events.
    /// </summary>
    private void Receive(NetlinkSocket socket, byte[] buffer)
    {
        bool lost = false;
        for (int count = socket.Receive(buffer); count != 0; count = socket.Receive(buffer))
        {
            if (count > 0)
                Read(buffer.AsSpan(0, count));
            else
                lost = true;
            if (_closing.IsCancellationRequested)
                return;
        }
        if (lost)
        {
            _logger.EventsLost();
            Write(new RtnetlinkOverflow());
        }
    }

    private void Read(ReadOnlySpan<byte> datagram)
    {
        var reader = new MessageReader(datagram);
        while (reader.Read())
        {
            if (EventReader.Read(reader.Header.Type, reader.Payload) is { } next)
                Write(next);
        }
    }

    /// <summary>Waits while the buffer is full; meanwhile the socket's fills.</summary>
    private void Write(RtnetlinkEvent next)
    {
        while (!_events.Writer.TryWrite(next))
        {
            _closing.Token.ThrowIfCancellationRequested();
            var room = new ManualResetEventSlim();
            _events.Writer.WaitToWriteAsync(_closing.Token).AsTask().ContinueWith(
                static (_, state) => ((ManualResetEventSlim)state!).Set(), room, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            room.Wait();
        }
    }

    private void Join(NetlinkSocket socket)
    {
        // RTNLGRP_*
        (RtnetlinkGroups Group, int[] Numbers)[] all =
            [(RtnetlinkGroups.Links, [1]), (RtnetlinkGroups.Addresses, [5, 9]), (RtnetlinkGroups.Routes, [7, 11]), (RtnetlinkGroups.Neighbours, [3])];
        foreach (int number in all.Where(each => (_groups & each.Group) != 0).SelectMany(static each => each.Numbers))
            socket.Join(number);
    }
}
