using System.IO.Compression;
using LimiQuantix.Images;
using LimiQuantix.Testing;
using SharpCompress.Compressors.BZip2;
using ZstdSharp;

namespace LimiQuantix.Core.Tests.Images;

internal sealed class DecompressionTests
{
    private readonly byte[] _bytes = [.. TestImages.Raw(1_500_000), .. TestImages.Empty(2 << 20)];

    [TestCase("gz")]
    [TestCase("bz2")]
    [TestCase("zst")]
    public async Task A_compressed_image_is_stored_unpacked(string kind)
    {
        var packed = Pack(_bytes, kind);
        await using var server = FileServer.Start();
        var file = server.Add($"disk.img.{kind}", packed);
        await using var fixture = await ImageFixture.StartAsync();

        var image = await fixture.ImportAsync(new ImageImport { Location = file.Url.ToString(), ExpectedDigest = TestImages.Sha256(packed) });

        Assert.That(image.Status.Digest, Is.EqualTo(TestImages.Sha256(_bytes)), "the expected digest is the transfer's, the image's is the file's");
        Assert.That(image.Status.SizeBytes, Is.EqualTo(_bytes.Length));
        Assert.That(await File.ReadAllBytesAsync(fixture.PathOf(image)), Is.EqualTo(_bytes));
        Assert.That(fixture.Files(), Has.Count.EqualTo(1));
    }

    [TestCase("--block-size=300000")]
    [TestCase("-9e")]
    [Category("Integration")]
    public async Task An_xz_image_is_stored_unpacked(string option)
    {
        await using var folder = new TemporaryFolder();
        var path = await folder.WriteAsync("disk.img", _bytes);
        // Two streams one after another with padding between them, as the format allows.
        var half = _bytes.Length / 2;
        var first = await folder.WriteAsync("first", _bytes.AsMemory(..half));
        var second = await folder.WriteAsync("second", _bytes.AsMemory(half..));
        await Command.OutputAsync(Requires.Tool("xz"), [option, path, first, second]);
        await File.WriteAllBytesAsync(
            folder.Combine("two.xz"), [.. await File.ReadAllBytesAsync(first + ".xz"), 0, 0, 0, 0, .. await File.ReadAllBytesAsync(second + ".xz")]);
        await using var fixture = await ImageFixture.StartAsync();

        var whole = await fixture.Images.EnsureAsync(path + ".xz");
        var joined = await fixture.Images.EnsureAsync(folder.Combine("two.xz"));

        Assert.That(new[] { whole.Status.Digest, joined.Status.Digest }, Is.All.EqualTo(TestImages.Sha256(_bytes)));
    }

    [TestCase("gz")]
    [TestCase("bz2")]
    [TestCase("zst")]
    public async Task A_bomb_is_refused_and_leaves_nothing(string kind)
    {
        await using var folder = new TemporaryFolder();
        var path = await folder.WriteAsync("bomb", Pack(TestImages.Empty(40 << 20), kind));
        await using var fixture = await ImageFixture.StartAsync(options =>
        {
            options.FreeExpansionBytes = 4 << 20;
            options.MaximumExpansionRatio = 20;
        });

        var error = await fixture.FailAsync(new ImageImport { Location = path });

        Assert.That(error.Code, Is.EqualTo(ErrorCodes.UnsupportedFormat));
        Assert.That(fixture.Files(), Is.Empty);
    }

    [Test]
    public async Task An_image_that_unpacks_to_more_than_is_allowed_is_refused()
    {
        await using var folder = new TemporaryFolder();
        var path = await folder.WriteAsync("large", Pack(TestImages.Empty(3 << 20), "gz"));
        await using var fixture = await ImageFixture.StartAsync(options => options.MaximumImageBytes = 2 << 20);

        Assert.That((await fixture.FailAsync(new ImageImport { Location = path })).Code, Is.EqualTo(ErrorCodes.UnsupportedFormat));
        Assert.That(fixture.Files(), Is.Empty);
    }

    [TestCase("gz")]
    [TestCase("bz2")]
    [TestCase("zst")]
    public async Task Damaged_data_is_told(string kind)
    {
        var packed = Pack(_bytes, kind);
        await using var folder = new TemporaryFolder();
        var cut = await folder.WriteAsync("cut", packed.AsMemory(..(packed.Length / 2)));
        new Random(1).NextBytes(packed.AsSpan(packed.Length / 3, 2000));
        var scrambled = await folder.WriteAsync("scrambled", packed);
        await using var fixture = await ImageFixture.StartAsync();

        Assert.That((await fixture.FailAsync(new ImageImport { Location = cut })).Code, Is.EqualTo(ErrorCodes.NotADiskImage));
        Assert.That((await fixture.FailAsync(new ImageImport { Location = scrambled })).Code, Is.EqualTo(ErrorCodes.NotADiskImage));
        Assert.That(fixture.Files(), Is.Empty);
    }

    [Test]
    [Category("Integration")]
    public async Task Damaged_xz_data_is_told()
    {
        await using var folder = new TemporaryFolder();
        var path = await folder.WriteAsync("disk.img", _bytes);
        await Command.OutputAsync(Requires.Tool("xz"), ["-0", path]);
        var packed = await File.ReadAllBytesAsync(path + ".xz");
        var cut = await folder.WriteAsync("cut", packed.AsMemory(..(packed.Length / 2)));
        // Random bytes do not compress: xz stores them, so that only its check can tell a changed one.
        packed[packed.Length / 3] ^= 1;
        var scrambled = await folder.WriteAsync("scrambled", packed);
        await using var fixture = await ImageFixture.StartAsync();

        Assert.That((await fixture.FailAsync(new ImageImport { Location = cut })).Code, Is.EqualTo(ErrorCodes.NotADiskImage));
        Assert.That((await fixture.FailAsync(new ImageImport { Location = scrambled })).Code, Is.EqualTo(ErrorCodes.NotADiskImage));
        Assert.That(fixture.Files(), Is.Empty);
    }

    [Test]
    public async Task A_compressed_text_is_no_disk_image()
    {
        await using var folder = new TemporaryFolder();
        var path = await folder.WriteAsync("text.gz", Pack("hello, this is not a disk"u8.ToArray(), "gz"));
        await using var fixture = await ImageFixture.StartAsync();

        Assert.That((await fixture.FailAsync(new ImageImport { Location = path })).Code, Is.EqualTo(ErrorCodes.NotADiskImage));
    }

    private static byte[] Pack(byte[] bytes, string kind)
    {
        using var packed = new MemoryStream();
        using (Stream stream = kind switch
        {
            "gz" => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "bz2" => BZip2Stream.Create(packed, SharpCompress.Compressors.CompressionMode.Compress, false, leaveOpen: true),
            _ => Zstd(packed),
        })
        {
            stream.Write(bytes);
        }

        return packed.ToArray();
    }

    private static CompressionStream Zstd(Stream packed)
    {
        var stream = new CompressionStream(packed, leaveOpen: true);
        // As the zstd program does.
        stream.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return stream;
    }
}
