using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace LibvirtSharp.Sasl;

/// <summary>
/// SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding. Both sides prove that they know the password; it is not sent.
/// </summary>
internal sealed class ScramMechanism(NetworkCredential credential, string nonce) : ISaslMechanism
{
    /// <summary>A server cannot keep this client busy for longer than about a second.</summary>
    private const int MostIterations = 1_000_000;

    private const string ChannelBinding = "n,,";
    private string _clientFirst = "";
    private byte[]? _serverSignature;

    public ScramMechanism(NetworkCredential credential)
        : this(credential, Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)))
    {
    }

    public string Name => "SCRAM-SHA-256";

    public bool IsComplete { get; private set; }

    public byte[] Start()
    {
        string user = credential.UserName.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
        _clientFirst = $"n={user},r={nonce}";
        return Encoding.UTF8.GetBytes(ChannelBinding + _clientFirst);
    }

    public byte[] Answer(ReadOnlySpan<byte> challenge)
    {
        string text = Encoding.UTF8.GetString(challenge);
        // An extension that must be understood, and none is (RFC 5802, 5.1).
        if (Attribute(text, "m") is not null)
            throw Malformed();
        if (_serverSignature is null)
            return Prove(text);
        if (Attribute(text, "v") is not { } signature || !CryptographicOperations.FixedTimeEquals(Base64(signature), _serverSignature))
            throw Refused(Attribute(text, "e") ?? "it does not know the password either");
        IsComplete = true;
        return [];
    }

    private byte[] Prove(string serverFirst)
    {
        string combined = Attribute(serverFirst, "r") ?? throw Malformed();
        byte[] salt = Base64(Attribute(serverFirst, "s") ?? throw Malformed());
        if (!combined.StartsWith(nonce, StringComparison.Ordinal) || combined.Length == nonce.Length)
            throw Malformed();
        if (!int.TryParse(Attribute(serverFirst, "i"), NumberStyles.None, CultureInfo.InvariantCulture, out int iterations) || iterations is < 1 or > MostIterations)
            throw Malformed();

        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(credential.Password), salt, iterations, HashAlgorithmName.SHA256, 32);
        byte[] clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        string withoutProof = $"c={Convert.ToBase64String(Encoding.ASCII.GetBytes(ChannelBinding))},r={combined}";
        byte[] signed = Encoding.UTF8.GetBytes($"{_clientFirst},{serverFirst},{withoutProof}");
        byte[] proof = HMACSHA256.HashData(SHA256.HashData(clientKey), signed);
        for (int i = 0; i < proof.Length; i++)
            proof[i] ^= clientKey[i];
        _serverSignature = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), signed);
        return Encoding.UTF8.GetBytes($"{withoutProof},p={Convert.ToBase64String(proof)}");
    }

    private static string? Attribute(string message, string name) =>
        message.Split(',').FirstOrDefault(part => part.StartsWith(name + "=", StringComparison.Ordinal))?[2..];

    private static byte[] Base64(string text)
    {
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int count) ? bytes[..count] : throw Malformed();
    }

    private static LibvirtException Malformed() => Refused("its challenge is not SCRAM-SHA-256's");

    private static LibvirtException Refused(string reason) =>
        new(LibvirtErrorCode.AuthFailed, LibvirtErrorDomain.Rpc, $"The server failed the SCRAM-SHA-256 authentication: {reason}.");
}
