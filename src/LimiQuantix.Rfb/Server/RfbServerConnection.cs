using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LimiQuantix.Rfb.IO;
using LimiQuantix.Rfb.Security;
using LimiQuantix.Rfb.Server;

namespace LimiQuantix.Rfb;

/// <summary>
/// The server's side of one RFB connection (RFC 6143), small: it shows pictures to one client and gives what the client sends. For
/// replaying recordings and for tests. One caller reads, one sends; both may at the same time.
/// </summary>
public sealed class RfbServerConnection : IAsyncDisposable
{
    private readonly RfbServerOptions _options;
    private readonly RfbTransport _transport;
    private readonly RfbReader _reader;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly PictureEncoder _encoder = new();
    private HashSet<RfbEncoding> _understood = [];
    private (int Width, int Height) _size;

    private RfbServerConnection(RfbServerOptions options, RfbTransport transport, (int, int) size)
    {
        (_options, _transport, _size) = (options, transport, size);
        _reader = new RfbReader(transport);
    }

    /// <summary>Whether the client lets others stay connected (RFC 6143 §7.3.1).</summary>
    public bool Shared { get; private set; }

    /// <summary>Speaks the handshake with a client that has connected.</summary>
    /// <param name="stream">The connection. It is owned from here on, also when this fails.</param>
    /// <param name="width">The desktop's width, from 0 (nothing to show yet) to 65535.</param>
    /// <param name="height">The desktop's height, from 0 to 65535.</param>
    /// <param name="options">How to present it; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The connection, ready for the client's messages.</returns>
    /// <exception cref="RfbException">The client was not understood, did not know the password, or did not answer in time.</exception>
    public static async Task<RfbServerConnection> AcceptAsync(
        Stream stream, int width, int height, RfbServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        RfbTransport? transport = null;
        try
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(width, (ushort)width, nameof(width));
            ArgumentOutOfRangeException.ThrowIfNotEqual(height, (ushort)height, nameof(height));
            options = (options ?? new RfbServerOptions()).Validated();
            transport = new RfbTransport(stream, options.IoTimeout, options.TimeProvider);
            var connection = new RfbServerConnection(options, transport, (width, height));
            await Deadline.RunAsync(connection.HandshakeAsync, options.HandshakeTimeout, options.TimeProvider, "The handshake", cancellationToken).ConfigureAwait(false);
            stream = Stream.Null;
            return connection;
        }
        finally
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Reads the client's next message. Pixel format and encodings are taken note of and not given.</summary>
    /// <param name="cancellationToken">Ends the wait, and with it the connection.</param>
    /// <returns>The message; null when the client closed the connection between two messages.</returns>
    /// <exception cref="RfbException">The client broke the protocol, or stopped in the midst of a message.</exception>
    public async Task<RfbInput?> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                await _reader.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (RfbException e) when (e.Code == RfbErrorCode.ConnectionClosed)
            {
                return null;
            }
            var length = 0L;
            while (!RfbClientMessage.TryGetLength(_reader.Available[..Math.Min(_reader.Buffered, RfbClientMessage.MaxHeaderLength)], out length))
                await _reader.MoreAsync(cancellationToken).ConfigureAwait(false);
            // Only texts are longer; of those that are too long the rest is left out.
            var kept = (int)Math.Min(length, Math.Max(_options.MaxTextBytes + 8L, 4 + 4 * ushort.MaxValue));
            var message = await _reader.ReadBytesAsync(kept, cancellationToken).ConfigureAwait(false);
            await _reader.SkipAsync(length - kept, cancellationToken).ConfigureAwait(false);
            if (Take(message) is { } input)
                return input;
        }
    }

    /// <summary>
    /// Sends areas of a picture as one update, in the best encoding that the client has (ZRLE, Zlib, Raw). A picture of another size
    /// than before tells the client of it first, if the client understands that.
    /// </summary>
    /// <param name="picture">The whole desktop.</param>
    /// <param name="areas">What to send of it; null for all.</param>
    /// <param name="cancellationToken">Ends the sending, and with it the connection.</param>
    /// <exception cref="RfbException">The connection is over.</exception>
    /// <exception cref="ArgumentException">An area leaves the picture, or the client cannot follow its size.</exception>
    public async Task SendUpdateAsync(Framebuffer picture, IReadOnlyList<RfbRectangle>? areas = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var bounds = new RfbRectangle(0, 0, picture.Width, picture.Height);
        areas = [.. (areas ?? [bounds]).Where(area => !area.IsEmpty)];
        if (areas.Any(area => !bounds.Contains(area)))
            throw new ArgumentException($"An area leaves the picture of {picture.Width} by {picture.Height}.", nameof(areas));
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var resized = (picture.Width, picture.Height) != _size;
            if (resized && !_understood.Contains(RfbEncoding.DesktopSize))
                throw new ArgumentException("The client does not understand another size of the desktop.", nameof(picture));
            _size = (picture.Width, picture.Height);
            await _transport.SendAsync(_encoder.Update(picture, areas, resized), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Rings the client's bell.</summary>
    /// <param name="cancellationToken">Ends the sending.</param>
    public Task RingBellAsync(CancellationToken cancellationToken = default) => SendAsync([2], cancellationToken);

    /// <summary>Sets the client's clipboard, in Latin-1; other characters become question marks.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Ends the sending.</param>
    public Task SendClipboardTextAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        var message = new byte[8 + text.Length];
        message[0] = 3;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), text.Length);
        Encoding.Latin1.GetBytes(text, message.AsSpan(8));
        return SendAsync(message, cancellationToken);
    }

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _transport.DisposeAsync().ConfigureAwait(false);
        _encoder.Dispose();
    }

    private static uint Number(byte[] message, int at) => BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(at));

    private static int Short(byte[] message, int at) => BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(at));

    private RfbInput? Take(byte[] message)
    {
        var type = (RfbClientMessageType)message[0];
        switch (type)
        {
            case RfbClientMessageType.SetPixelFormat:
                _encoder.Format = RfbPixelFormat.Read(message.AsSpan(4));
                return null;
            case RfbClientMessageType.SetEncodings:
                _understood = [.. Enumerable.Range(0, Short(message, 2)).Select(i => (RfbEncoding)(int)Number(message, 4 + 4 * i))];
                _encoder.Choose(_understood);
                return null;
            case RfbClientMessageType.FramebufferUpdateRequest:
                return new RfbUpdateRequest(message[1] != 0, new RfbRectangle(Short(message, 2), Short(message, 4), Short(message, 6), Short(message, 8)));
            case RfbClientMessageType.KeyEvent:
                return new RfbKeyInput(Number(message, 4), 0, message[1] != 0);
            case RfbClientMessageType.Qemu when message[1] != RfbClientMessage.QemuAudio:
                return new RfbKeyInput(Number(message, 4), Number(message, 8), message[3] != 0);
            case RfbClientMessageType.PointerEvent:
                return new RfbPointerInput(message[1], Short(message, 2), Short(message, 4));
            case RfbClientMessageType.ClientCutText when (int)Number(message, 4) >= 0:
                return new RfbClipboardInput(Encoding.Latin1.GetString(message.AsSpan(8)));
            case RfbClientMessageType.SetDesktopSize:
                return new RfbResizeInput(Short(message, 2), Short(message, 4));
            default:
                return new RfbOtherInput(type);
        }
    }

    private async Task SendAsync(byte[] message, CancellationToken ct)
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

    /// <summary>Version, security and initialisation (RFC 6143 §7.1 to §7.3), as a 3.8 server that also takes 3.7 and 3.3.</summary>
    private async Task<bool> HandshakeAsync(CancellationToken ct)
    {
        await _transport.SendAsync("RFB 003.008\n"u8.ToArray(), ct).ConfigureAwait(false);
        var version = Encoding.ASCII.GetString(await ReadAsync(12, ct).ConfigureAwait(false)) switch
        {
            "RFB 003.008\n" => RfbProtocolVersion.Version38,
            "RFB 003.007\n" => RfbProtocolVersion.Version37,
            ['R', 'F', 'B', ' ', '0', '0', '3', '.', .., '\n'] => RfbProtocolVersion.Version33,
            _ => throw new RfbException(RfbErrorCode.UnsupportedVersion, "What connected does not speak RFB 3."),
        };
        var type = (byte)(_options.Password is null ? RfbSecurityType.None : RfbSecurityType.VncAuthentication);
        if (version == RfbProtocolVersion.Version33)
            await _transport.SendAsync(new byte[] { 0, 0, 0, type }, ct).ConfigureAwait(false);
        else
        {
            await _transport.SendAsync(new byte[] { 1, type }, ct).ConfigureAwait(false);
            if (await _reader.ReadByteAsync(ct).ConfigureAwait(false) != type)
                throw RfbException.Violation("The client chose a security type that was not offered.");
        }
        await AuthenticateAsync(version, ct).ConfigureAwait(false);
        Shared = await _reader.ReadByteAsync(ct).ConfigureAwait(false) != 0;
        var name = Encoding.UTF8.GetBytes(_options.DesktopName);
        var init = new byte[24 + name.Length];
        BinaryPrimitives.WriteUInt16BigEndian(init, (ushort)_size.Width);
        BinaryPrimitives.WriteUInt16BigEndian(init.AsSpan(2), (ushort)_size.Height);
        RfbPixelFormat.Bgrx32.Write(init.AsSpan(4));
        BinaryPrimitives.WriteInt32BigEndian(init.AsSpan(20), name.Length);
        name.CopyTo(init.AsSpan(24));
        await _transport.SendAsync(init, ct).ConfigureAwait(false);
        return true;
    }

    private async ValueTask AuthenticateAsync(RfbProtocolVersion version, CancellationToken ct)
    {
        var accepted = true;
        if (_options.Password is { } password)
        {
            var challenge = RandomNumberGenerator.GetBytes(VncAuthentication.ChallengeLength);
            await _transport.SendAsync(challenge, ct).ConfigureAwait(false);
            var answer = await ReadAsync(VncAuthentication.ChallengeLength, ct).ConfigureAwait(false);
            accepted = CryptographicOperations.FixedTimeEquals(answer, VncAuthentication.Respond(challenge, password));
        }
        else if (version != RfbProtocolVersion.Version38)
        {
            return;
        }
        byte[] why = accepted || version != RfbProtocolVersion.Version38 ? [] : [0, 0, 0, 14, .. "Wrong password"u8];
        await _transport.SendAsync((byte[])[0, 0, 0, accepted ? (byte)0 : (byte)1, .. why], ct).ConfigureAwait(false);
        if (!accepted)
            throw new RfbException(RfbErrorCode.AuthenticationFailed, "The client does not know the password.");
    }

    private async ValueTask<byte[]> ReadAsync(int length, CancellationToken ct) => await _reader.ReadBytesAsync(length, ct).ConfigureAwait(false);
}
