using LimiQuantix.Rfb.IO;
using LimiQuantix.Rfb.Messages;
using LimiQuantix.Rfb.Pixels;

namespace LimiQuantix.Rfb;

/// <summary>
/// A client of an RFB (VNC) server (RFC 6143): takes pictures of the desktop and sends keys, the pointer and the
/// clipboard. Members may be called from several threads. After an <see cref="RfbException"/>, or after cancelling a
/// call that had begun, the connection is over: dispose it and connect again.
/// </summary>
public sealed class RfbClient : IAsyncDisposable
{
    // How long an answer that a capture before this one left behind may still be on its way.
    private static readonly TimeSpan StaleAnswerWait = TimeSpan.FromMilliseconds(100);

    private readonly RfbClientOptions _options;
    private readonly RfbTransport _transport;
    private readonly RfbReader _reader;
    private readonly RemoteDesktop _desktop;
    private readonly ServerMessageReceiver _receiver;
    private readonly SemaphoreSlim _capturing = new(1, 1);
    private readonly SemaphoreSlim _sending = new(1, 1);
    private int _unanswered;
    private volatile bool _broken;

    private RfbClient(RfbClientOptions options, RfbTransport transport, RfbReader reader, RfbHandshake handshake, RemoteDesktop desktop)
    {
        _options = options;
        _transport = transport;
        _reader = reader;
        _desktop = desktop;
        _receiver = new ServerMessageReceiver(reader, desktop, new WirePixels(options.PixelFormat));
        ProtocolVersion = handshake.Version;
        SecurityType = handshake.SecurityType;
    }

    /// <summary>The protocol version agreed on.</summary>
    public RfbProtocolVersion ProtocolVersion { get; }

    /// <summary>The security type agreed on.</summary>
    public RfbSecurityType SecurityType { get; }

    /// <summary>The desktop's width in pixels, as last heard.</summary>
    public int Width => _desktop.Framebuffer.Width;

    /// <summary>The desktop's height in pixels, as last heard.</summary>
    public int Height => _desktop.Framebuffer.Height;

    /// <summary>The desktop's name, as last heard.</summary>
    public string DesktopName => _desktop.Name;

    /// <summary>The text last put into the server's clipboard, as far as it was heard during a capture; null when none was.</summary>
    public string? ServerClipboardText => _desktop.ClipboardText;

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
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Takes a picture of the whole desktop as it is now, at its newest size.</summary>
    /// <param name="cancellationToken">Ends the capture, and with it the connection.</param>
    /// <returns>A copy of the picture, which no later call changes.</returns>
    /// <exception cref="RfbException">The connection is over, or the server did not send the picture in time.</exception>
    public async Task<Framebuffer> CaptureAsync(CancellationToken cancellationToken = default)
    {
        await _capturing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await GuardAsync(
                () => Deadline.RunAsync(ReceivePictureAsync, _options.CaptureTimeout, _options.TimeProvider, "The capture", cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            _capturing.Release();
        }
    }

    /// <summary>Presses or releases a key.</summary>
    /// <param name="keysym">The key, as an X11 keysym: for Latin-1 characters their code, 0xFF0D for Return, and so on.</param>
    /// <param name="pressed">True to press, false to release.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="RfbException">The connection is over.</exception>
    public Task SendKeyAsync(uint keysym, bool pressed, CancellationToken cancellationToken = default) =>
        SendAsync(ClientMessages.KeyEvent(keysym, pressed), cancellationToken);

    /// <summary>Moves the pointer and sets its buttons.</summary>
    /// <param name="buttons">One bit a button: 1 left, 2 middle, 4 right, 8 wheel up, 16 wheel down.</param>
    /// <param name="x">Pixels from the left, from 0 to 65535.</param>
    /// <param name="y">Pixels from the top, from 0 to 65535.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="RfbException">The connection is over.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A coordinate is negative or too large.</exception>
    public Task SendPointerAsync(byte buttons, int x, int y, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(x, (ushort)x);
        ArgumentOutOfRangeException.ThrowIfNotEqual(y, (ushort)y);
        return SendAsync(ClientMessages.PointerEvent(buttons, x, y), cancellationToken);
    }

    /// <summary>Sets the server's clipboard. The protocol carries Latin-1; other characters become question marks.</summary>
    /// <param name="text">The text, with line feeds alone between lines.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="RfbException">The connection is over.</exception>
    /// <exception cref="ArgumentException">The text is longer than <see cref="RfbLimits.MaxTextBytes"/>.</exception>
    public Task SendClipboardTextAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > _options.Limits.MaxTextBytes)
            throw new ArgumentException($"The text has {text.Length} characters; at most {_options.Limits.MaxTextBytes} are sent.", nameof(text));
        return SendAsync(ClientMessages.ClientCutText(text), cancellationToken);
    }

    /// <summary>Closes the connection. A call that is under way ends with an <see cref="RfbException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        _broken = true;
        await _transport.DisposeAsync().ConfigureAwait(false);
        // A capture under way ends now that the stream is closed; the inflaters must outlive it.
        await _capturing.WaitAsync().ConfigureAwait(false);
        _receiver.Dispose();
        _capturing.Release();
    }

    private async Task<Framebuffer> ReceivePictureAsync(CancellationToken ct)
    {
        await DiscardStaleAnswersAsync(ct).ConfigureAwait(false);
        _desktop.BeginCoverage();
        await RequestAsync(_desktop.Bounds, ct).ConfigureAwait(false);
        while (!_desktop.IsCovered)
        {
            if (await _receiver.ReceiveAsync(ct).ConfigureAwait(false) is not { } update)
                continue;
            Answered(update);
            // After a new size everything is asked for again; a server that sent a part owes the rest.
            if (update.Resized)
                await RequestAsync(_desktop.Bounds, ct).ConfigureAwait(false);
            else if (update.HasPixels && !_desktop.IsCovered)
                await RequestAsync(_desktop.MissingRows, ct).ConfigureAwait(false);
            // Some servers (TigerVNC) take a name or a screen layout for the whole answer, and have the pixels ready for whoever
            // asks on; asking for everything anew would bring the same answer.
            else if (!update.HasPixels)
                await RequestAsync(_desktop.Bounds, ct, incremental: true).ConfigureAwait(false);
        }
        _desktop.EndCoverage();
        return _desktop.Framebuffer.Snapshot();
    }

    /// <summary>
    /// A request made again can leave two answers to one capture. The second is of that capture's time and must not pass
    /// for the next one.
    /// </summary>
    private async ValueTask DiscardStaleAnswersAsync(CancellationToken ct)
    {
        while (_unanswered > 0 && await _reader.HasDataAsync(StaleAnswerWait, ct).ConfigureAwait(false))
        {
            if (await _receiver.ReceiveAsync(ct).ConfigureAwait(false) is { } update)
                Answered(update);
        }
        _unanswered = 0;
    }

    private async ValueTask RequestAsync(RfbRectangle area, CancellationToken ct, bool incremental = false)
    {
        await WriteAsync(ClientMessages.FramebufferUpdateRequest(incremental, area), ct).ConfigureAwait(false);
        _unanswered++;
    }

    private void Answered(FramebufferUpdate update)
    {
        if (update.HasPixels && _unanswered > 0)
            _unanswered--;
    }

    private async Task SendAsync(byte[] message, CancellationToken ct) => await GuardAsync(async () =>
    {
        await WriteAsync(message, ct).ConfigureAwait(false);
        return message.Length;
    }).ConfigureAwait(false);

    private async ValueTask WriteAsync(byte[] message, CancellationToken ct)
    {
        await _sending.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            await _transport.SendAsync(message, ct).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Marks the connection as over when a call ends in its midst: nobody knows then where in the stream it stands.</summary>
    private async Task<T> GuardAsync<T>(Func<Task<T>> call)
    {
        if (_broken)
            throw new RfbException(RfbErrorCode.ConnectionClosed, "The connection is over: it was disposed, or an earlier call failed.");
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch
        {
            _broken = true;
            throw;
        }
    }
}
