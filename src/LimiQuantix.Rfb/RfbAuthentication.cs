using LimiQuantix.Rfb.IO;

namespace LimiQuantix.Rfb;

/// <summary>The first half of a connection alone: for a proxy that logs on to a server in the name of its own clients.</summary>
public static class RfbAuthentication
{
    /// <summary>
    /// Speaks the version and security handshakes (RFC 6143 §7.1, §7.2) and stops where the server waits for ClientInit, with no
    /// byte read beyond. The stream stays open, whatever happens.
    /// </summary>
    /// <param name="stream">The connection.</param>
    /// <param name="options">The password, limits and time-outs; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The protocol version agreed on.</returns>
    /// <exception cref="RfbException">The server refused, was not understood, or did not answer in time.</exception>
    /// <exception cref="ArgumentException">The options are invalid.</exception>
    public static async Task<RfbProtocolVersion> AuthenticateAsync(Stream stream, RfbClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var valid = (options ?? new RfbClientOptions()).Validated();
        var transport = new RfbTransport(stream, valid.IoTimeout, valid.TimeProvider);
        var reader = new RfbReader(transport);
        var handshake = new RfbHandshake(reader, transport, valid);
        return await Deadline.RunAsync(
            async ct =>
            {
                await handshake.AuthenticateAsync(ct).ConfigureAwait(false);
                return reader.Buffered == 0
                    ? handshake.Version
                    : throw RfbException.Violation("The server went on before it was asked to.");
            },
            valid.HandshakeTimeout,
            valid.TimeProvider,
            "The handshake",
            cancellationToken).ConfigureAwait(false);
    }
}
