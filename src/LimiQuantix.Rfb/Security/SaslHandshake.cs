using System.Buffers.Binary;
using System.Net;
using System.Text;
using LimiQuantix.Rfb.IO;

namespace LimiQuantix.Rfb.Security;

/// <summary>SASL upon RFB (community registry, security type 20): a mechanism is chosen and run, message by message.</summary>
internal static class SaslHandshake
{
    // More than any mechanism here takes.
    private const int MaxSteps = 8;
    private const int MaxListLength = 4096;
    private const int MaxDataLength = 64 * 1024;

    public static async ValueTask RunAsync(RfbReader reader, RfbTransport transport, NetworkCredential? credential, bool isPrivate, CancellationToken ct)
    {
        var listLength = await reader.ReadUInt32Async(ct).ConfigureAwait(false);
        if (listLength > MaxListLength)
            throw RfbException.Limit($"The server's list of SASL mechanisms has {listLength} bytes; at most {MaxListLength} are read.");
        var offered = Encoding.ASCII.GetString(await reader.ReadBytesAsync(listLength, ct).ConfigureAwait(false));
        var mechanism = Choose(offered, credential, isPrivate);

        var name = Encoding.ASCII.GetBytes(mechanism.Name);
        await transport.SendAsync(new byte[4 + name.Length].With(0, (uint)name.Length, name), ct).ConfigureAwait(false);
        var answer = mechanism.Start();
        for (var step = 0; ; step++)
        {
            await transport.SendAsync(Data(answer), ct).ConfigureAwait(false);
            var (challenge, isComplete) = await ReceiveAsync(reader, ct).ConfigureAwait(false);
            // The server may prove itself in its last word, which then is not answered.
            answer = isComplete && mechanism.IsComplete ? [] : mechanism.Answer(challenge);
            if (isComplete)
                break;
            if (step == MaxSteps)
                throw SaslMechanism.Failed("the server asks on and on");
        }
        if (!mechanism.IsComplete)
            throw SaslMechanism.Failed("the server ended it without proving that it knows the password");
    }

    private static SaslMechanism Choose(string offered, NetworkCredential? credential, bool isPrivate)
    {
        var names = offered.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (credential is null)
            return names.Contains("ANONYMOUS") ? new AnonymousMechanism() : throw new RfbException(
                RfbErrorCode.PasswordRequired, $"The server wants a user and a password (SASL: {offered}); UserName and Password are not both set.");
        if (names.Contains("SCRAM-SHA-256"))
            return new ScramMechanism(credential, System.Security.Cryptography.HashAlgorithmName.SHA256);
        if (names.Contains("SCRAM-SHA-1"))
            return new ScramMechanism(credential, System.Security.Cryptography.HashAlgorithmName.SHA1);
        if (!names.Contains("PLAIN"))
            throw new RfbException(RfbErrorCode.UnsupportedSecurity, $"The server offers the SASL mechanisms {offered}; this client has SCRAM-SHA-256, SCRAM-SHA-1 and PLAIN.");
        if (!isPrivate)
            throw new RfbException(RfbErrorCode.UnsupportedSecurity, "The server offers only SASL's PLAIN, and the password is not sent over a stream that others may hear: use TLS, or set IsStreamPrivate.");
        return new PlainMechanism(credential);
    }

    /// <summary>Data behind their length, with a zero at their end that counts; none at all is a length of 0.</summary>
    private static byte[] Data(byte[] data) => data.Length == 0 ? new byte[4] : new byte[4 + data.Length + 1].With(0, (uint)data.Length + 1, data);

    private static async ValueTask<(byte[] Challenge, bool IsComplete)> ReceiveAsync(RfbReader reader, CancellationToken ct)
    {
        try
        {
            var length = await reader.ReadUInt32Async(ct).ConfigureAwait(false);
            if (length > MaxDataLength)
                throw RfbException.Limit($"The server's SASL challenge has {length} bytes; at most {MaxDataLength} are read.");
            var data = await reader.ReadBytesAsync(length, ct).ConfigureAwait(false);
            return (data.Length == 0 ? data : data[..^1], await reader.ReadByteAsync(ct).ConfigureAwait(false) != 0);
        }
        // QEMU answers a wrong password in the midst of it by hanging up.
        catch (RfbException e) when (e.Code == RfbErrorCode.ConnectionClosed)
        {
            throw new RfbException(RfbErrorCode.AuthenticationFailed, "The server closed the connection in answer to the user and password (SASL).", e);
        }
    }

    private static byte[] With(this byte[] message, int at, uint number, ReadOnlySpan<byte> data)
    {
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(at), number);
        data.CopyTo(message.AsSpan(at + 4));
        return message;
    }
}
