using System.Text;
using LimiQuantix.Core.Images.Catalog;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Images;

internal sealed class ChecksumFileTests
{
    private static readonly string Hex = new('a', 64);
    private static readonly string Other = new('b', 64);
    private static readonly string Long = new('c', 128);

    [Test]
    public void The_forms_that_publishers_use_are_read()
    {
        Assert.That(Find($"{Other}  other.img\n{Hex}  disk.img\n"), Is.EqualTo("sha256:" + Hex), "GNU");
        Assert.That(Find($"{Hex} *disk.img\r\n"), Is.EqualTo("sha256:" + Hex), "GNU, binary");
        Assert.That(Find($"{Hex} disk.img"), Is.EqualTo("sha256:" + Hex), "one space");
        Assert.That(Find($"{Hex}  ./disk.img"), Is.EqualTo("sha256:" + Hex));
        Assert.That(Find($"# disk.img: 123 bytes\nSHA256 (disk.img) = {Hex.ToUpperInvariant()}\n"), Is.EqualTo("sha256:" + Hex), "BSD");
        Assert.That(Find($"SHA512 (disk.img) = {Long}"), Is.EqualTo("sha512:" + Long));
        Assert.That(Find($"{Long}  disk.img\n{Hex}  disk.img\n"), Is.EqualTo("sha256:" + Hex), "the library needs that one anyway");
        Assert.That(Find($"{Long}\n", isSidecar: true), Is.EqualTo("sha512:" + Long), "a bare digest");
        Assert.That(Find($"SHA256 (dated-name.img) = {Hex}\nSHA256 (dated-name.img) = {Hex}\n", isSidecar: true), Is.EqualTo("sha256:" + Hex));
    }

    [Test]
    public void A_clearsigned_file_is_read_up_to_its_signature() => Assert.That(
        Find($"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nSHA256 (disk.img) = {Hex}\n-----BEGIN PGP SIGNATURE-----\n{Other}  disk.img\n"),
        Is.EqualTo("sha256:" + Hex));

    [Test]
    public void What_does_not_name_the_image_or_contradicts_itself_gives_nothing()
    {
        Assert.That(Find(""), Is.Null);
        Assert.That(Find("", isSidecar: true), Is.Null);
        Assert.That(Find($"{Hex}  other.img"), Is.Null);
        Assert.That(Find($"{Hex}\n"), Is.Null, "a bare digest in a file for many");
        Assert.That(Find($"{Hex}  disk.img\n{Other}  disk.img\n"), Is.Null);
        Assert.That(Find($"{Hex}  a.img\n{Other}  b.img\n", isSidecar: true), Is.Null);
        Assert.That(Find($"{new string('a', 32)}  disk.img"), Is.Null, "MD5");
        Assert.That(Find("<html>404 Not Found</html>", isSidecar: true), Is.Null);
    }

    [Test]
    public void Foreign_bytes_never_throw()
    {
        var random = new Random(3);
        string[] parts = [Hex, Long, "  ", " *", "disk.img", "SHA256 (", ") = ", "\n", "\r\n", "-----BEGIN PGP SIGNATURE", "\0", "é", "#"];
        for (var round = 0; round < Fuzz.Rounds(5_000); round++)
        {
            var text = new StringBuilder();
            for (var part = random.Next(12); part > 0; part--) text.Append(parts[random.Next(parts.Length)]);
            Assert.That(() => ChecksumFile.Find(text.ToString(), "disk.img", random.Next(2) == 0), Throws.Nothing, text.ToString());
        }

        Soak.Note(Fuzz.Rounds(5_000), "checksum files");
    }

    private static string? Find(string text, bool isSidecar = false) => ChecksumFile.Find(text, "disk.img", isSidecar)?.ToString();
}
