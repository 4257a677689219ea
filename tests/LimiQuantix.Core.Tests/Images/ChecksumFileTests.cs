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

    [TestCase("disk (1).img")]
    [TestCase("a) = b.img")]
    [TestCase("di(sk.img")]
    public void Names_with_parentheses_are_read_in_every_form(string name)
    {
        foreach (var line in (string[])[$"SHA256 ({name}) = {Hex}", $"SHA2-256({name})= {Hex}", $"SHA256({name})= {Hex}", $"{Hex}  {name}", $"{Hex} *dir/{name}", $"{Hex}  C:\\images\\{name}"])
            Assert.That(ChecksumFile.Find($"{Other}  other.img\n{line}\n", name, isSidecar: false, out _)?.ToString(), Is.EqualTo("sha256:" + Hex), line);
    }

    [Test]
    public void A_byte_order_mark_is_no_part_of_the_text()
    {
        foreach (var encoding in (Encoding[])[Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            byte[] file = [.. encoding.GetPreamble(), .. encoding.GetBytes($"{Hex}  disk.img\r\n")];
            Assert.That(Find(ChecksumFile.Decode(file)), Is.EqualTo("sha256:" + Hex), encoding.WebName);
        }

        Assert.That(Find(ChecksumFile.Decode(Encoding.UTF8.GetBytes($"{Hex}  disk.img"))), Is.EqualTo("sha256:" + Hex));
    }

    [Test]
    public void Other_algorithms_with_as_many_digits_do_not_count()
    {
        Assert.That(Find($"SHA3-256(disk.img)= {Hex}"), Is.Null);
        Assert.That(Find($"SHA512-256(disk.img)= {Hex}"), Is.Null);
        Assert.That(Find($"SHA512 (disk.img) = {Hex}"), Is.Null);
        Assert.That(Find($"BLAKE2 (disk.img) = {Hex}"), Is.Null);
    }

    [Test]
    public void Why_there_is_none_is_told()
    {
        Assert.That(Problem(" \n"), Is.EqualTo("is empty"));
        Assert.That(Problem($"{new string('a', 32)}  disk.img"), Is.EqualTo("has only an MD5 of it"));
        Assert.That(Problem($"{new string('a', 40)}  disk.img"), Is.EqualTo("has only an SHA-1 of it"));
        Assert.That(Problem($"{Hex}  other.img"), Is.EqualTo("names other files only"));
        Assert.That(Problem($"{Hex}  disk.img\n{Other}  disk.img"), Is.EqualTo("has different digests of it"));
        Assert.That(Problem("<html>"), Is.EqualTo("has none"));
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
        string[] parts = [Hex, Long, "  ", " *", "disk.img", "SHA256 (", ") = ", "SHA2-512(", ")= ", "\\", "(", "\uFEFF", "\n", "\r\n", "-----BEGIN PGP SIGNATURE", "\0", "é", "#"];
        for (var round = 0; round < Fuzz.Rounds(5_000); round++)
        {
            var text = new StringBuilder();
            for (var part = random.Next(12); part > 0; part--) text.Append(parts[random.Next(parts.Length)]);
            Assert.That(() => ChecksumFile.Find(text.ToString(), "disk.img", random.Next(2) == 0, out _), Throws.Nothing, text.ToString());
        }

        Soak.Note(Fuzz.Rounds(5_000), "checksum files");
    }

    private static string? Problem(string text)
    {
        ChecksumFile.Find(text, "disk.img", isSidecar: false, out var problem);
        return problem;
    }

    private static string? Find(string text, bool isSidecar = false) => ChecksumFile.Find(text, "disk.img", isSidecar, out _)?.ToString();
}
