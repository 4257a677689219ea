using System.Text;
using LimiQuantix.Rfb.IO;
using LimiQuantix.Rfb.Messages;
using LimiQuantix.Rfb.Security;

namespace LimiQuantix.Rfb;

/// <summary>The client's side of the handshake and initialisation (RFC 6143 §7.1 to §7.3).</summary>
internal sealed class RfbHandshake(RfbReader reader, RfbTransport transport, RfbClientOptions options, bool mayEncrypt = true)
{
    private const int VersionLength = 12;

    // How long a server that said no may take to say why.
    private static readonly TimeSpan ReasonPatience = TimeSpan.FromSeconds(2);

    private readonly SecurityNegotiation _security = new(reader, transport, options, mayEncrypt);

    public RfbProtocolVersion Version { get; private set; }

    public RfbSecurityType SecurityType { get; private set; }

    public RfbVeNCryptType? VeNCryptType => _security.VeNCryptType;

    /// <summary>Runs all of it.</summary>
    public async Task<RemoteDesktop> RunAsync(CancellationToken ct)
    {
        await AuthenticateAsync(ct).ConfigureAwait(false);
        return await InitialiseAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Runs it up to where the server waits for ClientInit.</summary>
    public async Task AuthenticateAsync(CancellationToken ct)
    {
        await NegotiateVersionAsync(ct).ConfigureAwait(false);
        SecurityType = Version == RfbProtocolVersion.Version33
            ? await AcceptSecurityTypeAsync(ct).ConfigureAwait(false)
            : await ChooseSecurityTypeAsync(ct).ConfigureAwait(false);
        await _security.RunAsync(SecurityType, ct).ConfigureAwait(false);
        // Before 3.8 nothing follows the choice of None (RFC 6143 §7.1.3).
        if (SecurityType != RfbSecurityType.None || Version == RfbProtocolVersion.Version38)
            await ReadSecurityResultAsync(ct).ConfigureAwait(false);
    }

    private async ValueTask NegotiateVersionAsync(CancellationToken ct)
    {
        await reader.EnsureAsync(VersionLength, ct).ConfigureAwait(false);
        Version = ParseVersion(reader.Take(VersionLength));
        await transport.SendAsync(Encoding.ASCII.GetBytes($"RFB 003.{(int)Version:000}\n"), ct).ConfigureAwait(false);
    }

    /// <summary>The highest version both sides have; one that is not published counts as 3.3 (RFC 6143 §7.1.1), a later major as 3.8.</summary>
    private static RfbProtocolVersion ParseVersion(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("RFB "u8) || line[7] != '.' || line[11] != '\n' || line[4..7].ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || line[8..11].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            throw new RfbException(RfbErrorCode.UnsupportedVersion, "What answered does not speak RFB.");
        var major = Number(line[4..7]);
        var minor = Number(line[8..11]);
        return (major, minor) switch
        {
            ( < 3, _) => throw new RfbException(RfbErrorCode.UnsupportedVersion, $"The server speaks RFB {major}.{minor}; at least 3.3 is needed."),
            ( > 3, _) or (3, 8) => RfbProtocolVersion.Version38,
            (3, 7) => RfbProtocolVersion.Version37,
            (3, >= 3) => RfbProtocolVersion.Version33,
            _ => throw new RfbException(RfbErrorCode.UnsupportedVersion, $"The server speaks RFB {major}.{minor}; at least 3.3 is needed."),
        };
    }

    private static int Number(ReadOnlySpan<byte> digits) => (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + digits[2] - '0';

    private async ValueTask<RfbSecurityType> AcceptSecurityTypeAsync(CancellationToken ct)
    {
        var type = await reader.ReadUInt32Async(ct).ConfigureAwait(false);
        if (type == 0)
            throw await ReadRefusalAsync(RfbErrorCode.Refused, "The server refused the connection", ct).ConfigureAwait(false);
        return _security.Choose([(byte)Math.Min(type, byte.MaxValue)]);
    }

    private async ValueTask<RfbSecurityType> ChooseSecurityTypeAsync(CancellationToken ct)
    {
        int count = await reader.ReadByteAsync(ct).ConfigureAwait(false);
        if (count == 0)
            throw await ReadRefusalAsync(RfbErrorCode.Refused, "The server refused the connection", ct).ConfigureAwait(false);
        await reader.EnsureAsync(count, ct).ConfigureAwait(false);
        var type = _security.Choose(reader.Take(count));
        await transport.SendAsync(new[] { (byte)type }, ct).ConfigureAwait(false);
        return type;
    }

    private async ValueTask ReadSecurityResultAsync(CancellationToken ct)
    {
        var proof = SecurityType != RfbSecurityType.None && _security.VeNCryptType is not (RfbVeNCryptType.TlsNone or RfbVeNCryptType.X509None);
        var what = proof ? "The server rejected the password" : "The server refused the connection";
        var code = proof ? RfbErrorCode.AuthenticationFailed : RfbErrorCode.Refused;
        uint result;
        try
        {
            result = await reader.ReadUInt32Async(ct).ConfigureAwait(false);
        }
        // Some servers answer a wrong password by hanging up.
        catch (RfbException e) when (proof && e.Code == RfbErrorCode.ConnectionClosed)
        {
            throw new RfbException(code, $"{what}: it closed the connection in answer.", e);
        }
        if (result == 0)
            return;
        throw Version == RfbProtocolVersion.Version38
            ? await ReadRefusalAsync(code, what, ct).ConfigureAwait(false)
            : new RfbException(code, $"{what}.");
    }

    /// <summary>Reads why the server said no. It has said so already: a reason that does not come changes nothing about that.</summary>
    private async ValueTask<RfbException> ReadRefusalAsync(RfbErrorCode code, string what, CancellationToken ct)
    {
        try
        {
            var reason = await Deadline.RunAsync(
                async limited =>
                {
                    var length = await reader.ReadUInt32Async(limited).ConfigureAwait(false);
                    var kept = await reader.ReadBytesAsync(Math.Min(length, options.Limits.MaxTextBytes), limited).ConfigureAwait(false);
                    return Encoding.Latin1.GetString(kept);
                },
                ReasonPatience,
                options.TimeProvider,
                "The reason",
                ct).ConfigureAwait(false);
            return new RfbException(code, string.IsNullOrWhiteSpace(reason) ? $"{what} and gave no reason." : $"{what}: {reason.Trim()}");
        }
        catch (RfbException e) when (e.Code is RfbErrorCode.ConnectionClosed or RfbErrorCode.Timeout)
        {
            return new RfbException(code, $"{what} and gave no reason.", e);
        }
    }

    private async ValueTask<RemoteDesktop> InitialiseAsync(CancellationToken ct)
    {
        await transport.SendAsync(new[] { options.Shared ? (byte)1 : (byte)0 }, ct).ConfigureAwait(false);
        await reader.EnsureAsync(8 + RfbPixelFormat.WireLength, ct).ConfigureAwait(false);
        int width = reader.TakeUInt16();
        int height = reader.TakeUInt16();
        // The server's own format, which may be one that no client takes (24 bits a pixel): it is replaced by the one this client asks for.
        reader.Take(RfbPixelFormat.WireLength);
        var length = reader.TakeUInt32();
        var name = await reader.ReadTextAsync(length, options.Limits.MaxTextBytes, Encoding.UTF8, ct).ConfigureAwait(false);
        var desktop = new RemoteDesktop(width, height, name, options.Limits);
        await transport.SendAsync(ClientMessages.SetPixelFormat(options.PixelFormat), ct).ConfigureAwait(false);
        await transport.SendAsync(ClientMessages.SetEncodings(options.AllEncodings()), ct).ConfigureAwait(false);
        return desktop;
    }
}
