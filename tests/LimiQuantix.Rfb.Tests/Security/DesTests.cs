using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Des = LimiQuantix.Rfb.Security.Des;

namespace LimiQuantix.Rfb.Tests.Security;

internal sealed class DesTests
{
    // The worked example of many textbooks, and the check values of NBS SP 500-20 for all zeros and all ones.
    [TestCase("133457799BBCDFF1", "0123456789ABCDEF", "85E813540F0AB405")]
    [TestCase("0000000000000000", "0000000000000000", "8CA64DE9C1B123A7")]
    [TestCase("FFFFFFFFFFFFFFFF", "FFFFFFFFFFFFFFFF", "7359B2163E4EDC58")]
    [TestCase("0101010101010101", "95F8A5E5DD31D900", "8000000000000000")]
    public void Des_gives_the_published_values(string key, string block, string expected)
    {
        var result = new byte[8];

        new Des(Convert.FromHexString(key)).Encrypt(Convert.FromHexString(block), result);

        Assert.That(Convert.ToHexString(result), Is.EqualTo(expected));
    }

    [Test]
    [SuppressMessage("Security", "CA5351", Justification = "The platform's DES is the reference that ours is compared with.")]
    public void Des_equals_the_platform_s_for_keys_it_takes()
    {
        var random = new Random(7);
        var (key, block, ours, theirs) = (new byte[8], new byte[8], new byte[8], new byte[8]);
        using var platform = DES.Create();
        for (var i = 0; i < 500; i++)
        {
            random.NextBytes(key);
            random.NextBytes(block);
            platform.Key = key;
            platform.EncryptEcb(block, theirs, PaddingMode.None);
            new Des(key).Encrypt(block, ours);
            Assert.That(ours, Is.EqualTo(theirs));
        }
    }
}
