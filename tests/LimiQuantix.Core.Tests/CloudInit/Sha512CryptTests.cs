using LimiQuantix.Core.CloudInit;

namespace LimiQuantix.Core.Tests.CloudInit;

/// <summary>The vectors of "Unix crypt using SHA-256 and SHA-512" with the default number of rounds, and of openssl.</summary>
[TestFixture]
internal sealed class Sha512CryptTests
{
    [TestCase("Hello world!", "saltstring", "svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1")]
    public void Hash_is_the_published_one(string password, string salt, string expected) =>
        Assert.That(Sha512Crypt.Hash(password, salt), Is.EqualTo($"$6${salt}${expected}"));

    [TestCase("x")]
    [TestCase("a password that is longer than the sixty-four bytes of one SHA-512 digest, to be sure")]
    [TestCase("pässwörd 語")]
    [Category("Integration")]
    public async Task Hash_agrees_with_openssl(string password)
    {
        string expected = await Testing.Command.OutputAsync(
            Testing.Requires.Tool("openssl"), ["passwd", "-6", "-salt", "0123456789abcdef", password]);
        Assert.That(Sha512Crypt.Hash(password, "0123456789abcdef"), Is.EqualTo(expected));
    }
}
