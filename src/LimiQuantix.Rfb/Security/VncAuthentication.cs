using System.Security.Cryptography;
using System.Text;

namespace LimiQuantix.Rfb.Security;

/// <summary>The answer of VNC authentication (RFC 6143 §7.2.2).</summary>
internal static class VncAuthentication
{
    public const int ChallengeLength = 16;

    /// <summary>Encrypts the challenge with the password: its first eight characters as Latin-1, padded with zeros.</summary>
    public static byte[] Respond(ReadOnlySpan<byte> challenge, string password)
    {
        Span<byte> key = stackalloc byte[Des.BlockSize];
        key.Clear();
        Encoding.Latin1.GetBytes(password.AsSpan(0, Math.Min(password.Length, key.Length)), key);
        // VNC numbers the bits of a key's bytes from the other end than DES does.
        for (var i = 0; i < key.Length; i++)
            key[i] = ReverseBits(key[i]);
        var des = new Des(key);
        CryptographicOperations.ZeroMemory(key);
        var response = new byte[ChallengeLength];
        des.Encrypt(challenge[..Des.BlockSize], response);
        des.Encrypt(challenge[Des.BlockSize..], response.AsSpan(Des.BlockSize));
        return response;
    }

    private static byte ReverseBits(byte value)
    {
        var reversed = 0;
        for (var bit = 0; bit < 8; bit++)
            reversed = reversed << 1 | value >> bit & 1;
        return (byte)reversed;
    }
}
