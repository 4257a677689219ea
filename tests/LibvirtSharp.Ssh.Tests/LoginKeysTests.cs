using System.Security.Cryptography;
using LimiQuantix.Testing;

namespace LibvirtSharp.Ssh.Tests;

internal sealed class LoginKeysTests
{
    [TestCase(null)]
    [TestCase("wrong")]
    public async Task Key_of_the_user_that_cannot_be_read_does_not_keep_the_others_from_being_tried(string? passphrase)
    {
        await using TemporaryFolder folder = await FolderAsync("id_ecdsa");
        Assert.That(LoginKeys.OfUser(folder.Path, passphrase, out LibvirtException? failure), Has.Length.EqualTo(1));
        Assert.That(failure!.Message, Does.Contain("id_rsa cannot be read"));
    }

    [Test]
    public async Task Every_key_of_the_user_that_the_passphrase_opens_is_tried()
    {
        await using TemporaryFolder folder = await FolderAsync("id_ecdsa");
        Assert.That(LoginKeys.OfUser(folder.Path, "right", out LibvirtException? failure), Has.Length.EqualTo(2));
        Assert.That(failure, Is.Null);
    }

    [Test]
    public async Task Named_key_that_cannot_be_read_is_refused()
    {
        await using TemporaryFolder folder = await FolderAsync("plain");
        LibvirtException error = Assert.Throws<LibvirtException>(() => LoginKeys.Named([folder.Combine("plain"), folder.Combine("id_rsa")], null))!;
        Assert.That(error.Code, Is.EqualTo(LibvirtErrorCode.AuthUnavailable));
        Assert.That(LoginKeys.Named([folder.Combine("plain")], null), Has.Length.EqualTo(1));
    }

    /// <summary>A folder with a plain key of the given name and an <c>id_rsa</c> with a passphrase, "right".</summary>
    private static async Task<TemporaryFolder> FolderAsync(string plain)
    {
        var folder = new TemporaryFolder();
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(folder.Combine(plain), ecdsa.ExportECPrivateKeyPem());
        using var rsa = RSA.Create(2048);
        var encryption = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
        await File.WriteAllTextAsync(folder.Combine("id_rsa"), rsa.ExportEncryptedPkcs8PrivateKeyPem("right", encryption));
        return folder;
    }
}
