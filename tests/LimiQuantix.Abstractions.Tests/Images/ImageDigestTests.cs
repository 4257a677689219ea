using LimiQuantix.Images;

namespace LimiQuantix.Abstractions.Tests.Images;

internal sealed class ImageDigestTests
{
    private static readonly string Hex64 = string.Concat(Enumerable.Repeat("aB", 32));
    private static readonly string Hex128 = Hex64 + Hex64;

    [Test]
    public void Upper_case_digests_are_digests()
    {
        var expected = new ImageDigest("sha256", Hex64.ToLowerInvariant());

        Assert.That(new ImageDigest("SHA256", Hex64.ToUpperInvariant()), Is.EqualTo(expected));
        Assert.That(ImageDigest.Parse("SHA-256:" + Hex64.ToUpperInvariant()), Is.EqualTo(expected));
        Assert.That(ImageDigest.Parse($" {Hex64} "), Is.EqualTo(expected));
        Assert.That(ImageDigest.Parse(Hex128).Algorithm, Is.EqualTo("sha512"));
        Assert.That(expected.ToString(), Is.EqualTo("sha256:" + Hex64.ToLowerInvariant()));
    }

    [Test]
    public void What_is_wrong_with_a_digest_is_told()
    {
        Assert.That(Problem("md5:" + new string('a', 32)), Does.Contain("algorithm 'md5' is neither sha256 nor sha512"));
        Assert.That(Problem(new string('a', 32)), Does.Contain("MD5"));
        Assert.That(Problem(new string('a', 40)), Does.Contain("SHA-1"));
        Assert.That(Problem(new string('a', 63)), Does.Contain("this has 63"));
        Assert.That(Problem("sha256:" + new string('a', 65)), Does.Contain("sha256 has 64").And.Contain("this has 65"));
        Assert.That(Problem("sha512:" + Hex64), Does.Contain("sha512 has 128").And.Contain("this has 64"));
        Assert.That(Problem("sha256:" + Hex64[1..] + "g"), Does.Contain("'g' is no hexadecimal digit"));
        Assert.That(Problem("sha256:"), Does.Contain("this has 0"));
        Assert.That(Problem(""), Does.Contain("this has 0"));
        Assert.That(Problem(":" + Hex64), Does.Contain("algorithm ''"));
        Assert.That(Problem("sha256:\u0007" + new string('é', 5000)).Length, Is.LessThan(400), "bounded, and without control characters");
        Assert.That(ImageDigest.TryParse(null, out _), Is.False);
    }

    private static string Problem(string text)
    {
        var error = Assert.Throws<LimiQuantixException>(() => ImageDigest.Parse(text))!;
        Assert.That((error.Code, error.Error.Remedy), Is.EqualTo((ErrorCodes.InvalidArgument, "Write sha256: and 64 or sha512: and 128 hexadecimal digits.")));
        return error.Message;
    }
}
