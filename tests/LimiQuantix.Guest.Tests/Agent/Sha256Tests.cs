using System.Security.Cryptography;
using LimiQuantix.Guest.Agent;
using LimiQuantix.Testing;

namespace LimiQuantix.Guest.Tests.Agent;

public sealed class Sha256Tests
{
    [TestCase("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [TestCase("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void Digest_is_that_of_FIPS_180(string text, string digest) =>
        Assert.That(Convert.ToHexStringLower(Digest(System.Text.Encoding.ASCII.GetBytes(text), 7)), Is.EqualTo(digest));

    [Test]
    public void Digest_is_that_of_the_framework_whatever_the_pieces()
    {
        int rounds = Soak.Rounds(2000, 200_000);
        Random random = new(3);
        for (int round = 0; round < rounds; round++)
        {
            byte[] bytes = new byte[random.Next(0, 400)];
            random.NextBytes(bytes);
            Assert.That(Digest(bytes, random.Next(1, 150)), Is.EqualTo(SHA256.HashData(bytes)), $"{bytes.Length} bytes");
        }

        Soak.Note(rounds, "digests of the guest agent's SHA-256 compared with the framework's");
    }

    private static byte[] Digest(byte[] bytes, int piece)
    {
        Sha256 hash = new();
        for (int at = 0; at < bytes.Length; at += piece)
            hash.Append(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));
        return hash.Finish();
    }
}
