using System.Security.Cryptography;
using System.Text;

namespace LimiQuantix.Core.CloudInit;

/// <summary>The SHA-512 scheme of crypt(3), as U. Drepper's "Unix crypt using SHA-256 and SHA-512" describes it, with 5000 rounds.</summary>
internal static class Sha512Crypt
{
    public const int MaxSaltLength = 16;

    private const int Rounds = 5000;
    private const int DigestLength = 64;
    private const string Alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <param name="password">The password; its UTF-8 bytes count.</param>
    /// <param name="salt">1 to 16 characters of letters, digits, '.' and '/'.</param>
    /// <returns>What stands in /etc/shadow: <c>$6$SALT$HASH</c>.</returns>
    public static string Hash(string password, string salt)
    {
        byte[] key = Encoding.UTF8.GetBytes(password);
        byte[] saltBytes = Encoding.ASCII.GetBytes(salt);
        byte[] alternate = SHA512.HashData([.. key, .. saltBytes, .. key]);
        byte[] digest = Start(key, saltBytes, alternate);
        byte[] p = Repeat(SHA512.HashData([.. Enumerable.Repeat(key, key.Length).SelectMany(bytes => bytes)]), key.Length);
        byte[] s = Repeat(SHA512.HashData([.. Enumerable.Repeat(saltBytes, 16 + digest[0]).SelectMany(bytes => bytes)]), saltBytes.Length);
        for (int round = 0; round < Rounds; round++)
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
            hash.AppendData((round & 1) != 0 ? p : digest);
            if (round % 3 != 0)
                hash.AppendData(s);
            if (round % 7 != 0)
                hash.AppendData(p);
            hash.AppendData((round & 1) != 0 ? digest : p);
            digest = hash.GetHashAndReset();
        }
        return $"$6${salt}${Encode(digest)}";
    }

    private static byte[] Start(byte[] key, byte[] salt, byte[] alternate)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(key);
        hash.AppendData(salt);
        hash.AppendData(Repeat(alternate, key.Length));
        for (int bits = key.Length; bits > 0; bits >>= 1)
            hash.AppendData((bits & 1) != 0 ? alternate : key);
        return hash.GetHashAndReset();
    }

    private static byte[] Repeat(byte[] digest, int length)
    {
        byte[] result = new byte[length];
        for (int i = 0; i < length; i++)
            result[i] = digest[i % DigestLength];
        return result;
    }

    /// <summary>Base 64 of crypt's own: 21 groups of three bytes, 21 apart, whose order turns by one each time, then the last byte.</summary>
    private static string Encode(byte[] digest)
    {
        StringBuilder text = new(86);
        for (int i = 0; i < 21; i++)
        {
            (byte a, byte b, byte c) = (digest[i], digest[i + 21], digest[i + 42]);
            (byte high, byte middle, byte low) = (i % 3) switch { 0 => (a, b, c), 1 => (b, c, a), _ => (c, a, b) };
            Append(text, (high << 16) | (middle << 8) | low, 4);
        }
        Append(text, digest[63], 2);
        return text.ToString();
    }

    private static void Append(StringBuilder text, int value, int count)
    {
        for (; count > 0; count--, value >>= 6)
            text.Append(Alphabet[value & 63]);
    }
}
