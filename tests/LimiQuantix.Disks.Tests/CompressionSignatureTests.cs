using System.IO.Compression;
using LimiQuantix.Testing;

namespace LimiQuantix.Disks.Tests;

[TestFixture]
internal sealed class CompressionSignatureTests
{
    [Test]
    public void Gzip_is_told_by_what_a_compressor_writes()
    {
        using MemoryStream stream = new();
        using (GZipStream gzip = new(stream, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(SampleImages.Mbr());
        Assert.That(CompressionSignature.Detect(stream.ToArray()), Is.EqualTo(CompressionFormat.Gzip));
    }

    [TestCase("xz", CompressionFormat.Xz)]
    [TestCase("zstd", CompressionFormat.Zstd)]
    [TestCase("bzip2", CompressionFormat.Bzip2)]
    [TestCase("gzip", CompressionFormat.Gzip)]
    [Category("Integration")]
    public async Task Compressed_file_is_told_by_what_the_program_writes(string program, object expected)
    {
        using TemporaryFolder folder = new();
        string path = await folder.WriteAsync("image", SampleImages.Mbr());
        await Command.OutputAsync(Requires.Tool(program), ["-k", path]);
        string compressed = Directory.GetFiles(folder.Path).Single(file => file != path);
        Assert.That(CompressionSignature.Detect(await File.ReadAllBytesAsync(compressed)), Is.EqualTo(expected));
    }

    [Test]
    public void Disk_image_is_not_compressed()
    {
        Assert.That(CompressionSignature.Detect(SampleImages.Qcow2()), Is.EqualTo(CompressionFormat.None));
        Assert.That(CompressionSignature.Detect(SampleImages.Mbr()), Is.EqualTo(CompressionFormat.None));
        Assert.That(CompressionSignature.Detect("BZh9 is how this text begins"u8), Is.EqualTo(CompressionFormat.None));
        Assert.That(CompressionSignature.Detect([0x1F, 0x8B, 8]), Is.EqualTo(CompressionFormat.None));
    }
}
