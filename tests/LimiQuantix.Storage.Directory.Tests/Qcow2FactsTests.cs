using LimiQuantix.Testing;

namespace LimiQuantix.Storage.Directory.Tests;

[TestFixture]
internal sealed class Qcow2FactsTests
{
    private static readonly int Rounds = Soak.Rounds(3_000, 1_000_000);

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public async Task Size_and_backing_file_are_read()
    {
        Assert.That(await ReadAsync(Samples.Qcow2(5 * Samples.MiB)), Is.EqualTo(new Qcow2Facts { VirtualSizeBytes = 5 * Samples.MiB }));
        Assert.That((await ReadAsync(Samples.Qcow2(1, "base.qcow2"))).BackingFile, Is.EqualTo("base.qcow2"));
    }

    [Test]
    public async Task File_that_is_no_qcow2_image_is_corrupt()
    {
        foreach (byte[] content in (byte[][])[[], new byte[100], Samples.Qcow2(1)[..71], Samples.Qcow2(-1)])
        {
            LimiQuantixException error = (await Assert.ThrowsAsync<LimiQuantixException>(() => ReadAsync(content)))!;
            Assert.That(error.Code, Is.EqualTo(ErrorCodes.DataCorrupt));
        }
    }

    [Test]
    public async Task Mutated_headers_are_read_or_corrupt()
    {
        Random random = new(7);
        string path = await _folder.WriteAsync("image", Samples.Qcow2(1, "base.qcow2"));
        int corrupt = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] header = Samples.Qcow2(Samples.MiB, "base.qcow2")[..2048];
            for (int i = random.Next(1, 4); i > 0; i--)
                header[random.Next(72)] = (byte)random.Next(256);
            await File.WriteAllBytesAsync(path, header.AsMemory(0, random.Next(4) == 0 ? random.Next(2049) : 2048));
            try
            {
                Qcow2Facts.Read(path);
            }
            catch (LimiQuantixException e) when (e.Code == ErrorCodes.DataCorrupt)
            {
                corrupt++;
            }
        }
        Assert.That(corrupt, Is.InRange(1, Rounds - 1));
        Soak.Note(Rounds, "qcow2 headers to the directory pool");
    }

    private async Task<Qcow2Facts> ReadAsync(byte[] content) => Qcow2Facts.Read(await _folder.WriteAsync("image", content));
}
