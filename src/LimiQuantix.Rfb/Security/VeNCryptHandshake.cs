using System.Buffers.Binary;
using System.Net;
using System.Text;
using LimiQuantix.Rfb.IO;

namespace LimiQuantix.Rfb.Security;

/// <summary>VeNCrypt 0.2 up to where TLS begins (community registry, security type 19).</summary>
internal static class VeNCryptHandshake
{
    public static async ValueTask<RfbVeNCryptType> ChooseAsync(RfbReader reader, RfbTransport transport, Func<RfbVeNCryptType, int> preference, CancellationToken ct)
    {
        await reader.EnsureAsync(2, ct).ConfigureAwait(false);
        var (major, minor) = (reader.TakeByte(), reader.TakeByte());
        if ((major, minor).CompareTo((0, 2)) < 0)
            throw new RfbException(RfbErrorCode.UnsupportedSecurity, $"The server speaks VeNCrypt {major}.{minor}; 0.2 is needed.");
        await transport.SendAsync(new byte[] { 0, 2 }, ct).ConfigureAwait(false);
        if (await reader.ReadByteAsync(ct).ConfigureAwait(false) != 0)
            throw new RfbException(RfbErrorCode.UnsupportedSecurity, "The server does not speak VeNCrypt 0.2 after all.");
        var offered = new RfbVeNCryptType[await reader.ReadByteAsync(ct).ConfigureAwait(false)];
        for (var i = 0; i < offered.Length; i++)
            offered[i] = (RfbVeNCryptType)await reader.ReadUInt32Async(ct).ConfigureAwait(false);
        var best = offered.DefaultIfEmpty().MaxBy(preference);
        if (preference(best) == 0)
            throw Unsuitable(offered);
        var choice = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(choice, (uint)best);
        await transport.SendAsync(choice, ct).ConfigureAwait(false);
        // Plain goes on at once; the others say whether TLS may begin.
        if (best != RfbVeNCryptType.Plain && await reader.ReadByteAsync(ct).ConfigureAwait(false) != 1)
            throw new RfbException(RfbErrorCode.Refused, $"The server refused the VeNCrypt type {(int)best} that it had offered.");
        return best;
    }

    /// <summary>User and password behind their lengths, in UTF-8.</summary>
    public static byte[] Plain(NetworkCredential credential)
    {
        var (user, password) = (Encoding.UTF8.GetBytes(credential.UserName), Encoding.UTF8.GetBytes(credential.Password));
        var message = new byte[8 + user.Length + password.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, user.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), password.Length);
        user.CopyTo(message.AsSpan(8));
        password.CopyTo(message.AsSpan(8 + user.Length));
        return message;
    }

    private static RfbException Unsuitable(RfbVeNCryptType[] offered)
    {
        var anonymous = offered.Any(type => type is RfbVeNCryptType.TlsNone or RfbVeNCryptType.TlsVnc or RfbVeNCryptType.TlsPlain);
        return new RfbException(
            RfbErrorCode.UnsupportedSecurity,
            $"Of the VeNCrypt types that the server offers ({string.Join(", ", offered.Select(type => $"{type}"))}) none can be used: X509Vnc and TlsVnc need a password, "
            + $"the Plain and SASL kinds a user and a password{(anonymous ? ", the Tls kinds Tls.AllowAnonymous" : "")}, and Plain a private stream.");
    }
}
