using System.IO.Compression;
using LimiQuantix.Images;
using LimiQuantix.Testing;
using SharpCompress.Compressors.BZip2;
using ZstdSharp;

namespace LimiQuantix.Core.Tests.Images;

internal sealed class DecompressionTests
{
    private readonly byte[] _bytes = [.. TestImages.Raw(1_500_000), .. TestImages.Empty(2 << 20)];

    private static byte[] BgzipEnd =>
        [0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 0xFF, 6, 0, 0x42, 0x43, 2, 0, 0x1B, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    [TestCase("gz")]
    [TestCase("bz2")]
    [TestCase("zst")]
    public async Task A_compressed_image_is_stored_unpacked(string kind)
    {
        var packed = Pack(_bytes, kind);
        await using var server = FileServer.Start();
        var file = server.Add($"disk.img.{kind}", packed);
        await using var fixture = await ImageFixture.StartAsync();

        var image = await fixture.ImportAsync(new ImageImport { Location = file.Url, ExpectedDigest = TestImages.Sha256(packed) });

        Assert.That(image.Status.Digest, Is.EqualTo(TestImages.Sha256(_bytes)), "the expected digest is the transfer's, the image's is the file's");
        Assert.That(image.Status.SizeBytes, Is.EqualTo(_bytes.Length));
        Assert.That(await File.ReadAllBytesAsync(fixture.PathOf(image)), Is.EqualTo(_bytes));
        Assert.That(fixture.Files(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Gzip_is_read_as_gunzip_reads_it()
    {
        await using var folder = new TemporaryFolder();
        var half = _bytes.Length / 2;
        byte[] members = [.. Pack(_bytes[..half], "gz"), .. Pack([], "gz"), .. Pack(_bytes[half..], "gz"), .. BgzipEnd];
        byte[] named = [0x1F, 0x8B, 8, 0b11110, 0, 0, 0, 0, 0, 3, 2, 0, 1, 2, .. "disk.img\0"u8, .. "a comment\0"u8, 0, 0, .. Pack(_bytes, "gz").AsSpan(10)];
        await using var fixture = await ImageFixture.StartAsync();
        byte[][] files = [members, [.. members, .. new byte[700_000]], [.. Pack(_bytes, "gz"), 0], named];

        foreach (var (file, index) in files.Select((file, index) => (file, index)))
        {
            var image = await fixture.Images.EnsureAsync(await folder.WriteAsync($"{index}.gz", file));
            Assert.That(image.Status.Digest, Is.EqualTo(TestImages.Sha256(_bytes)), $"file {index}");
        }
    }

    [Test]
    public async Task What_follows_the_last_gzip_member_and_is_no_padding_is_named()
    {
        await using var folder = new TemporaryFolder();
        var packed = Pack(_bytes, "gz");
        byte[] padded = [.. packed, .. new byte[600], .. "trailer"u8];
        byte[] damagedMember = [.. packed, 0x1F, 0x8C, .. packed.AsSpan(2)];
        await using var fixture = await ImageFixture.StartAsync();

        var garbage = await fixture.FailAsync(new ImageImport { Location = await folder.WriteAsync("a.gz", padded) });
        var damaged = await fixture.FailAsync(new ImageImport { Location = await folder.WriteAsync("b.gz", damagedMember) });

        Assert.That(garbage.Message, Does.Contain(Convert.ToHexString("trailer"u8)).And.Contain($"at byte {packed.Length + 600}"));
        Assert.That(damaged.Message, Does.Contain("1F8C"), "a second member that is damaged is no padding: the image would be cut");
        Assert.That(new[] { garbage.Code, damaged.Code }, Is.All.EqualTo(ErrorCodes.NotADiskImage));
    }

    [Test]
    public async Task Gzip_that_is_cut_or_changed_anywhere_is_told()
    {
        await using var folder = new TemporaryFolder();
        byte[] small = TestImages.Raw(3000);
        byte[] packed = [.. Pack(small, "gz"), .. Pack(small, "gz")];
        await using var fixture = await ImageFixture.StartAsync();
        var random = new Random(5);
        for (var round = 0; round < Fuzz.Rounds(20); round++)
        {
            var bytes = packed.AsSpan(0, round % 2 == 0 ? random.Next(20, packed.Length) : packed.Length).ToArray();
            // Of a header only the magic, the method and the flags are judged.
            if (bytes.Length == packed.Length) bytes[random.Next(12, packed.Length / 2)] ^= (byte)(1 << random.Next(8));
            // Cut between the members it is a whole file of half the image.
            if (bytes.Length == packed.Length / 2) continue;
            var error = await fixture.FailAsync(new ImageImport { Location = await folder.WriteAsync($"{round}.gz", bytes) });
            Assert.That(error.Code, Is.EqualTo(ErrorCodes.NotADiskImage), $"round {round}");
        }

        Soak.Note(Fuzz.Rounds(20), "gzip files");
    }

    [TestCase("--x86")]
    [TestCase("--delta=dist=2")]
    [TestCase("--arm64")]
    [TestCase("--arm")]
    [TestCase("--armthumb")]
    [TestCase("--powerpc")]
    [TestCase("--ia64")]
    [TestCase("--sparc")]
    [TestCase("-Csha256")]
    [TestCase("-Cnone")]
    [TestCase("-Ccrc32")]
    [Category("Integration")]
    public async Task An_xz_filter_is_read_or_unsupported_and_never_damage(string option)
    {
        await using var folder = new TemporaryFolder();
        var path = await folder.WriteAsync("disk.img", _bytes);
        string[] filters = option.StartsWith("-C", StringComparison.Ordinal) ? [option] : [option, "--lzma2=preset=0"];
        await Command.OutputAsync(Requires.Tool("xz"), [.. filters, path]);
        await using var fixture = await ImageFixture.StartAsync();
        var handle = await fixture.Images.ImportAsync(new ImageImport { Location = path + ".xz" });
        try
        {
            Assert.That((await handle.CompletedAsync()).Status.Digest, Is.EqualTo(TestImages.Sha256(_bytes)));
        }
        catch (LimiQuantixException error)
        {
            Assert.That(error.Code, Is.EqualTo(ErrorCodes.UnsupportedFormat), error.Message);
            TestContext.Out.WriteLine($"{option}: {error.Message}");
        }
    }

    [Test]
    [Category("Integration")]
    public async Task A_zstd_window_past_the_limit_is_unsupported_and_not_damage()
    {
        await using var folder = new TemporaryFolder();
        var path = await folder.WriteAsync("disk.img", _bytes);
        Requires.Tool("zstd");
        // Through a pipe, so that it does not see how little it is.
        await Command.OutputAsync("/bin/sh", ["-c", "zstd -q --long=31 < \"$1\" > \"$1.zst\"", "sh", path]);
        await using var fixture = await ImageFixture.StartAsync();

        var error = await fixture.FailAsync(new ImageImport { Location = path + ".zst" });

        Assert.That(error.Code, Is.EqualTo(ErrorCodes.UnsupportedFormat), error.Message);
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
