using LimiQuantix.Rfb.IO;

namespace LimiQuantix.Rfb;

/// <summary>The first half of a connection alone: for a proxy that logs on to a server in the name of its own clients.</summary>
public static class RfbAuthentication
{
    /// <summary>
    /// Speaks the version and security handshakes (RFC 6143 §7.1, §7.2) and stops where the server waits for ClientInit, with no
    /// byte read beyond. The stream stays open, whatever happens. As one goes on over that stream, TLS is not put upon it: a server
    /// that has only VeNCrypt is refused; <see cref="LogOnAsync"/> takes it.
    /// </summary>
    /// <param name="stream">The connection.</param>
    /// <param name="options">The password, limits and time-outs; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The protocol version agreed on.</returns>
    /// <exception cref="RfbException">The server refused, was not understood, or did not answer in time.</exception>
    /// <exception cref="ArgumentException">The options are invalid.</exception>
    public static async Task<RfbProtocolVersion> AuthenticateAsync(Stream stream, RfbClientOptions? options = null, CancellationToken cancellationToken = default) =>
        (await RunAsync(stream, options, mayEncrypt: false, cancellationToken).ConfigureAwait(false)).ProtocolVersion;

    /// <summary>As <see cref="AuthenticateAsync"/>, also with TLS (VeNCrypt): one goes on over the stream that comes back.</summary>
    /// <param name="stream">The connection. It stays open when this fails; otherwise the stream that comes back owns it.</param>
    /// <param name="options">The password, TLS, limits and time-outs; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>What was agreed on, and the stream to go on with.</returns>
    /// <exception cref="RfbException">The server refused, was not understood or trusted, or did not answer in time.</exception>
    /// <exception cref="ArgumentException">The options are invalid.</exception>
    public static Task<RfbLogOn> LogOnAsync(Stream stream, RfbClientOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync(stream, options, mayEncrypt: true, cancellationToken);

    private static async Task<RfbLogOn> RunAsync(Stream stream, RfbClientOptions? options, bool mayEncrypt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var valid = (options ?? new RfbClientOptions()).Validated();
        var transport = new RfbTransport(stream, valid.IoTimeout, valid.TimeProvider);
        var reader = new RfbReader(transport);
        var handshake = new RfbHandshake(reader, transport, valid, mayEncrypt);
        return await Deadline.RunAsync(
            async ct =>
            {
                await handshake.AuthenticateAsync(ct).ConfigureAwait(false);
                return reader.Buffered == 0
                    ? new RfbLogOn(transport.Stream, handshake.Version, handshake.SecurityType)
                    : throw RfbException.Violation("The server went on before it was asked to.");
            },
            valid.HandshakeTimeout,
            valid.TimeProvider,
            "The handshake",
            cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>A connection that is logged on to a server, which waits for ClientInit.</summary>
public sealed class RfbLogOn
{
    internal RfbLogOn(Stream stream, RfbProtocolVersion version, RfbSecurityType type) => (Stream, ProtocolVersion, SecurityType) = (stream, version, type);

    /// <summary>The stream to go on with: the one given, or TLS upon it.</summary>
    public Stream Stream { get; }

    /// <summary>The protocol version agreed on.</summary>
    public RfbProtocolVersion ProtocolVersion { get; }

    /// <summary>The security type agreed on.</summary>
    public RfbSecurityType SecurityType { get; }
}
