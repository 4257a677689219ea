using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace LimiQuantix.Rfb.Security;

/// <summary>The client's side of one SASL mechanism (RFC 4422).</summary>
internal abstract class SaslMechanism(string name)
{
    public string Name => name;

    /// <summary>Whether the server has proven what it must.</summary>
    public virtual bool IsComplete => true;

    public abstract byte[] Start();

    public virtual byte[] Answer(ReadOnlySpan<byte> challenge) => [];

    public static RfbException Failed(string why) => new(RfbErrorCode.AuthenticationFailed, $"SASL authentication failed: {why}.");
}

/// <summary>ANONYMOUS (RFC 4505), with no trace.</summary>
internal sealed class AnonymousMechanism() : SaslMechanism("ANONYMOUS")
{
    public override byte[] Start() => [(byte)'-'];
}

/// <summary>PLAIN (RFC 4616): the password itself, so only where nobody else hears.</summary>
internal sealed class PlainMechanism(NetworkCredential credential) : SaslMechanism("PLAIN")
{
    public override byte[] Start() => Encoding.UTF8.GetBytes($"\0{credential.UserName}\0{credential.Password}");
}

/// <summary>SCRAM (RFC 5802, RFC 7677) without channel binding: both sides prove that they know the password, which is not sent.</summary>
internal sealed class ScramMechanism(NetworkCredential credential, HashAlgorithmName hash, string nonce) : SaslMechanism($"SCRAM-{Spelt(hash)}")
{
    // A server cannot keep this client busy for longer than about a second.
    private const int MaxIterations = 1_000_000;
    private const string NoBinding = "n,,";

    private readonly string _first = $"n={credential.UserName.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal)},r={nonce}";
    private byte[]? _expected;
    private bool _isProven;

    public ScramMechanism(NetworkCredential credential, HashAlgorithmName hash)
        : this(credential, hash, Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)))
    {
    }

    public override bool IsComplete => _isProven;

    public override byte[] Start() => Encoding.UTF8.GetBytes(NoBinding + _first);

    public override byte[] Answer(ReadOnlySpan<byte> challenge)
    {
        var text = Encoding.UTF8.GetString(challenge);
        if (_expected is null)
            return Prove(text);
        if (Part(text, 'e') is { } error)
            throw Failed(error);
        if (!CryptographicOperations.FixedTimeEquals(FromBase64(Part(text, 'v')), _expected))
            throw Failed("the server does not know the password either");
        _isProven = true;
        return [];
    }

    private static string Spelt(HashAlgorithmName hash) => hash == HashAlgorithmName.SHA1 ? "SHA-1" : "SHA-256";

    private static string? Part(string message, char name) =>
        message.Split(',').FirstOrDefault(part => part.Length > 1 && part[0] == name && part[1] == '=')?[2..];

    private static byte[] FromBase64(string? text)
    {
        var bytes = new byte[text?.Length ?? 0];
        return text is not null && Convert.TryFromBase64String(text, bytes, out var count) ? bytes[..count] : throw Malformed();
    }

    private static RfbException Malformed() => Failed("the server's challenge is not SCRAM's");

    private byte[] Mac(byte[] key, ReadOnlySpan<byte> data) => hash == HashAlgorithmName.SHA1 ? Sha1Mac(key, data) : HMACSHA256.HashData(key, data);

    [SuppressMessage("Security", "CA5350", Justification = "SCRAM-SHA-1 is what some servers have; its HMAC is not known to be weak.")]
    private static byte[] Sha1Mac(byte[] key, ReadOnlySpan<byte> data) => HMACSHA1.HashData(key, data);

    [SuppressMessage("Security", "CA5350", Justification = "As above: SCRAM's other use of the hash, upon what an HMAC gave.")]
    private static byte[] Sha1(byte[] data) => SHA1.HashData(data);

    private byte[] Prove(string challenge)
    {
        var combined = Part(challenge, 'r') ?? throw Malformed();
        var salt = FromBase64(Part(challenge, 's'));
        // "m" is an extension that must be understood, and none is.
        if (Part(challenge, 'm') is not null || !combined.StartsWith(nonce, StringComparison.Ordinal) || combined.Length == nonce.Length
            || !int.TryParse(Part(challenge, 'i'), NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is < 1 or > MaxIterations)
            throw Malformed();
        var length = hash == HashAlgorithmName.SHA1 ? SHA1.HashSizeInBytes : SHA256.HashSizeInBytes;
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(credential.Password), salt, iterations, hash, length);
        var clientKey = Mac(salted, "Client Key"u8);
        var last = $"c={Convert.ToBase64String(Encoding.ASCII.GetBytes(NoBinding))},r={combined}";
        var signed = Encoding.UTF8.GetBytes($"{_first},{challenge},{last}");
        var proof = Mac(hash == HashAlgorithmName.SHA1 ? Sha1(clientKey) : SHA256.HashData(clientKey), signed);
        for (var i = 0; i < proof.Length; i++)
            proof[i] ^= clientKey[i];
        _expected = Mac(Mac(salted, "Server Key"u8), signed);
        return Encoding.UTF8.GetBytes($"{last},p={Convert.ToBase64String(proof)}");
    }
}
