using System.Runtime.CompilerServices;
using LimiQuantix.Rfb.IO;
using LimiQuantix.Rfb.Live;
using LimiQuantix.Rfb.Messages;
using LimiQuantix.Rfb.Pixels;

namespace LimiQuantix.Rfb;

/// <summary>
/// A client of an RFB (VNC) server (RFC 6143): takes pictures of the desktop, follows its changes, and sends keys, the pointer and the
/// clipboard. Members may be called from several threads. The server is read while a call waits for it: a capture, a watch, a resize;
/// what the properties tell is as last heard then. After an <see cref="RfbException"/> other than a capture's time-out, or after
/// cancelling a call in the midst of sending, the connection is over: dispose it and connect again.
/// </summary>
public sealed partial class RfbClient : IAsyncDisposable
{
    // How long an answer that a capture before this one left behind may still be on its way.
    private static readonly TimeSpan StaleAnswerWait = TimeSpan.FromMilliseconds(100);

    private readonly RfbClientOptions _options;
    private readonly RfbTransport _transport;
    private readonly ServerMessageReceiver _receiver;
    private readonly SemaphoreSlim _capturing = new(1, 1);
    private readonly SemaphoreSlim _sending = new(1, 1);
    private int _unanswered;
    private volatile bool _hasLearned;

    private RfbClient(RfbClientOptions options, RfbTransport transport, RfbReader reader, RfbHandshake handshake, RemoteDesktop desktop)
    {
        _options = options;
        _transport = transport;
        Desktop = desktop;
        if ((options.Features & RfbFeatures.ExtendedClipboard) != 0)
            desktop.Clipboard = new ExtendedClipboard(desktop);
        _receiver = new ServerMessageReceiver(reader, desktop, new WirePixels(options.PixelFormat));
        Pump = new MessagePump(reader, _receiver, WriteAsync);
        ProtocolVersion = handshake.Version;
        SecurityType = handshake.SecurityType;
        VeNCryptType = handshake.VeNCryptType;
    }

    /// <summary>The protocol version agreed on.</summary>
    public RfbProtocolVersion ProtocolVersion { get; }

    /// <summary>The security type agreed on.</summary>
    public RfbSecurityType SecurityType { get; }

    /// <summary>What was agreed on within <see cref="RfbSecurityType.VeNCrypt"/>; null with other types.</summary>
    public RfbVeNCryptType? VeNCryptType { get; }

    /// <summary>The desktop's width in pixels. 0 while the server has none to show.</summary>
    public int Width => Desktop.Framebuffer.Width;

    /// <summary>The desktop's height in pixels. 0 while the server has none to show.</summary>
    public int Height => Desktop.Framebuffer.Height;

    /// <summary>The desktop's name.</summary>
    public string DesktopName => Desktop.Name;

    /// <summary>The screens of the desktop; empty when the server does not tell.</summary>
    public IReadOnlyList<RfbScreen> Screens => Desktop.Screens;

    /// <summary>The text last put into the server's clipboard; null when none was.</summary>
    public string? ServerClipboardText => Desktop.ClipboardText;

    /// <summary>The cursor's shape, for a client that asked with <see cref="RfbFeatures.Cursor"/>; null before the server told.</summary>
    public RfbCursor? Cursor => Desktop.Cursor;

    /// <summary>The keyboard's lights; null when the server does not tell.</summary>
    public RfbLedState? LedState => Desktop.LedState;

    /// <summary>Whether the pointer is moved to places (true) or by distances: see <see cref="SendPointerMoveAsync"/>.</summary>
    public bool IsPointerAbsolute => Desktop.IsPointerAbsolute;

    internal RemoteDesktop Desktop { get; }

    internal MessagePump Pump { get; }

    internal TimeProvider Time => _options.TimeProvider;

    /// <summary>Speaks the handshake over a connected stream.</summary>
    /// <param name="stream">The connection, for example a <see cref="System.Net.Sockets.NetworkStream"/>. The client owns it from here on, also when connecting fails.</param>
    /// <param name="options">How to connect; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The client, ready for captures and input.</returns>
    /// <exception cref="RfbException">The server refused, was not understood, or did not answer in time.</exception>
    /// <exception cref="ArgumentException">The options are invalid.</exception>
    public static async Task<RfbClient> ConnectAsync(Stream stream, RfbClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        RfbTransport? transport = null;
        try
        {
            options = (options ?? new RfbClientOptions()).Validated();
            transport = new RfbTransport(stream, options.IoTimeout, options.TimeProvider);
            var reader = new RfbReader(transport);
            var handshake = new RfbHandshake(reader, transport, options);
            var desktop = await Deadline.RunAsync(handshake.RunAsync, options.HandshakeTimeout, options.TimeProvider, "The handshake", cancellationToken).ConfigureAwait(false);
            var client = new RfbClient(options, transport, reader, handshake, desktop);
            transport = null;
            stream = Stream.Null;
            return client;
        }
        finally
        {
            if (transport is not null)
                await transport.DisposeAsync().ConfigureAwait(false);
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Takes a picture of the whole desktop as it is now, at its newest size.</summary>
    /// <param name="cancellationToken">Ends the capture; the connection goes on.</param>
    /// <returns>A copy of the picture, which no later call changes.</returns>
    /// <exception cref="RfbException">The connection is over, or the server did not send the picture in time.</exception>
    public async Task<Framebuffer> CaptureAsync(CancellationToken cancellationToken = default)
    {
        await _capturing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfOver();
            return await Deadline.RunAsync(ReceivePictureAsync, _options.CaptureTimeout, _options.TimeProvider, "The capture", cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Desktop.EndCoverage();
            _capturing.Release();
        }
    }

    /// <summary>Copies what is known of the screen, without asking the server: after a change that <see cref="WatchAsync"/> gave.</summary>
    /// <param name="area">The part to copy, cut to what there is; null for all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A copy, as after one whole update; of no size when nothing of the area is on the desktop.</returns>
    public Task<Framebuffer> SnapshotAsync(RfbRectangle? area = null, CancellationToken cancellationToken = default) =>
        Pump.LookAsync(() => Desktop.Framebuffer.Crop(area ?? Desktop.Bounds), cancellationToken);

    /// <summary>
    /// Follows the desktop: the whole picture first, then whatever changes. The next update is asked for when the next change is, so a
    /// slow reader slows the server; with a server that sends updates unasked (ContinuousUpdates) they are drawn together.
    /// </summary>
    /// <param name="cancellationToken">Ends the watch; the connection goes on.</param>
    /// <returns>Changes, each with everything since the one before. It ends only by an error or by cancelling.</returns>
    /// <exception cref="RfbException">The connection is over.</exception>
    public async IAsyncEnumerable<RfbChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ThrowIfOver();
        var watcher = new ScreenWatcher(this, continuous: true);
        await using (watcher.ConfigureAwait(false))
        {
            await watcher.StartAsync(whole: true, cancellationToken).ConfigureAwait(false);
            while (await watcher.NextAsync(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false) is { } change)
                yield return change;
        }
    }

    /// <summary>Closes the connection. A call that is under way ends with an <see cref="RfbException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await Pump.DisposeAsync().ConfigureAwait(false);
        await _transport.DisposeAsync().ConfigureAwait(false);
        _receiver.Dispose();
    }

    internal async ValueTask RequestAsync(RfbRectangle area, bool incremental, CancellationToken ct)
    {
        await WriteAsync(ClientMessages.FramebufferUpdateRequest(incremental, area), ct).ConfigureAwait(false);
        Interlocked.Increment(ref _unanswered);
    }

    internal async ValueTask WriteAsync(byte[] message, CancellationToken ct)
    {
        await _sending.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            ThrowIfOver();
            await _transport.SendAsync(message, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (Pump.Failure is null)
        {
            // Nobody knows where in the stream it stands then.
            Pump.Fail(e);
            throw;
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task<Framebuffer> ReceivePictureAsync(CancellationToken ct)
    {
        await DiscardStaleAnswersAsync(ct).ConfigureAwait(false);
        var capture = new Listener<Framebuffer>(HearForCapture);
        await Pump.LookAsync(
            () =>
            {
                Desktop.BeginCoverage();
                return Desktop;
            },
            ct).ConfigureAwait(false);
        return await capture.AskAsync(Pump, () => RequestAsync(Desktop.Bounds, Desktop.Bounds.IsEmpty, ct), ct).ConfigureAwait(false);
    }

    private Framebuffer? HearForCapture(ServerMessage message)
    {
        if (!message.IsUpdate)
            return null;
        Answered(message);
        if (Desktop.IsCovered)
            return Desktop.Framebuffer.Crop(Desktop.Bounds);
        // After a new size everything is asked for again; a server that sent a part owes the rest.
        if (message.Resized)
            Reply(message, Desktop.Bounds, incremental: Desktop.Bounds.IsEmpty);
        else if (message.HasPixels)
            Reply(message, Desktop.MissingRows, incremental: false);
        // Some servers (TigerVNC) take a name or a screen layout for the whole answer, and have the pixels ready for whoever
        // asks on; asking for everything anew would bring the same answer.
        else
            Reply(message, Desktop.Bounds, incremental: true);
        return null;
    }

    private void Reply(ServerMessage message, RfbRectangle area, bool incremental)
    {
        message.Replies.Add(ClientMessages.FramebufferUpdateRequest(incremental, area));
        Interlocked.Increment(ref _unanswered);
    }

    /// <summary>
    /// A request made again can leave two answers to one capture. The second is of that capture's time and must not pass
    /// for the next one.
    /// </summary>
    private async Task DiscardStaleAnswersAsync(CancellationToken ct)
    {
        if (_unanswered == 0)
            return;
        using var quiet = new CancellationTokenSource(StaleAnswerWait, _options.TimeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct, quiet.Token);
        var stale = new Listener<object>(message =>
        {
            Answered(message);
            return _unanswered > 0 ? null : message;
        });
        try
        {
            await stale.AskAsync(Pump, () => ValueTask.CompletedTask, linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Silence: nothing is on its way.
        }
        _unanswered = 0;
    }

    private void Answered(ServerMessage message)
    {
        _hasLearned |= message.IsUpdate;
        if (message.HasPixels && _unanswered > 0)
            Interlocked.Decrement(ref _unanswered);
    }

    /// <summary>
    /// Learns what the server can, once: it acknowledges the pseudo-encodings before the pixels that are asked for here.
    /// </summary>
    private async Task LearnAsync(CancellationToken ct)
    {
        if (_hasLearned)
            return;
        var learned = new Listener<object>(message =>
        {
            Answered(message);
            return message.HasPixels || message.IsAnswerWithoutPixels ? message : null;
        });
        await Deadline.RunAsync(
            limited => learned.AskAsync(Pump, () => RequestAsync(new RfbRectangle(0, 0, 1, 1).Within(Desktop.Bounds), incremental: false, limited), limited),
            _options.CaptureTimeout,
            _options.TimeProvider,
            "Hearing what the server can",
            ct).ConfigureAwait(false);
    }

    private void ThrowIfOver()
    {
        if (Pump.Failure is { } failure)
            throw MessagePump.Over(failure);
    }
}
