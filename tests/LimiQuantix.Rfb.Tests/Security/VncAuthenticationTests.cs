using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using LimiQuantix.Rfb.Security;

namespace LimiQuantix.Rfb.Tests.Security;

internal sealed class VncAuthenticationTests
{
    private static readonly byte[] Challenge = [.. Enumerable.Range(0, 16).Select(i => (byte)(i * 17))];

    [Test]
    [SuppressMessage("Security", "CA5351", Justification = "VNC authentication is DES.")]
    public void Response_is_des_under_the_password_with_the_bits_of_its_bytes_reversed()
    {
        using var des = DES.Create();
        // "password": 70 61 73 73 77 6F 72 64, each byte mirrored.
        des.Key = Convert.FromHexString("0E86CECEEEF64E26");

        Assert.That(VncAuthentication.Respond(Challenge, "password"), Is.EqualTo(des.EncryptEcb(Challenge, PaddingMode.None)));
    }

    [Test]
    public void Only_the_first_eight_characters_count() =>
        Assert.That(VncAuthentication.Respond(Challenge, "password-and-more"), Is.EqualTo(VncAuthentication.Respond(Challenge, "password")));

    [Test]
    public void Empty_password_is_a_weak_key_that_works()
    {
        var once = VncAuthentication.Respond(Challenge, "");

        Assert.That(once, Is.Not.EqualTo(Challenge));
        Assert.That(VncAuthentication.Respond(once, ""), Is.EqualTo(Challenge), "under a weak key, encrypting twice is nothing");
    }
}
