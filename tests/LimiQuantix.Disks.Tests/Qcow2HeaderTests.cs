using LimiQuantix.Testing;

namespace LimiQuantix.Disks.Tests;

[TestFixture]
internal sealed class Qcow2HeaderTests
{
    private static readonly int Rounds = Soak.Rounds(30_000, 5_000_000);

    [Test]
    public void Header_is_read_as_it_is()
    {
        byte[] image = SampleImages.Qcow2();
        Qcow2Header header = Qcow2Header.Parse(image);
        Assert.That((header.Version, header.VirtualSizeBytes, header.ClusterSizeBytes), Is.EqualTo((3, SampleImages.VirtualSize, SampleImages.ClusterSize)));
        Assert.That((header.BackingFile, header.Features, header.IsEncrypted), Is.EqualTo((null as string, Qcow2Features.None, false)));
        Assert.That(() => header.CheckTables(image.Length), Throws.Nothing);
        Assert.That(() => header.CheckTables(image.Length / 2), Throws.TypeOf<DiskFileException>());
    }

    [Test]
    public void What_leads_out_of_the_image_is_told_and_not_judged()
    {
        byte[] image = SampleImages.WithBackingFile(SampleImages.Qcow2(), "base.qcow2");
        SampleImages.Set64(image, 72, 4);
        SampleImages.Set32(image, 32, 2);
        SampleImages.Set32(image, 104, 0x44415441);
        Qcow2Header header = Qcow2Header.Parse(image);
        Assert.That((header.BackingFile, header.IsEncrypted, header.NamesDataFile), Is.EqualTo(("base.qcow2", true, true)));
        Assert.That(header.Features, Is.EqualTo(Qcow2Features.ExternalData));
    }

    [Test]
    public async Task Extended_entries_need_twice_the_table()
    {
        byte[] image = SampleImages.Qcow2();
        SampleImages.Set64(image, 72, 16);
        Assert.That(() => Qcow2Header.Parse(image).CheckTables(image.Length), Throws.TypeOf<DiskFileException>().With.Message.Contains("too small"));
        SampleImages.Set32(image, 36, 12);
        using TemporaryFolder folder = new();
        Assert.That(() => Qcow2Header.Parse(image).CheckTables(image.Length), Throws.Nothing);
        Assert.That(Qcow2Header.Read(await folder.WriteAsync("image", image)), Is.EqualTo(Qcow2Header.Parse(image)));
    }

    [Test]
    public async Task File_that_is_no_qcow2_image_is_malformed()
    {
        using TemporaryFolder folder = new();
        foreach (byte[] content in (byte[][])[[], new byte[100], SampleImages.Qcow2()[..71]])
        {
            string path = await folder.WriteAsync("image", content);
            Assert.That(Assert.Throws<DiskFileException>(() => Qcow2Header.Read(path))!.Error, Is.EqualTo(DiskFileError.Malformed));
        }
    }

    [Test]
    [Category("Integration")]
    public async Task Overlay_of_qemu_img_names_its_base()
    {
        using TemporaryFolder folder = new();
        QemuImg qemuImg = new(Requires.Tool("qemu-img"));
        await qemuImg.CreateAsync(folder.Combine("overlay"), 1 << 30, "base.raw", DiskFileFormat.Raw);
        Qcow2Header header = Qcow2Header.Read(folder.Combine("overlay"));
        Assert.That((header.BackingFile, header.VirtualSizeBytes, header.NamesBackingFormat), Is.EqualTo(("base.raw", 1L << 30, true)));
        header.CheckTables(new FileInfo(folder.Combine("overlay")).Length);
    }

    [Test]
    [Category("Integration")]
    public async Task Conversion_by_qemu_img_keeps_the_disk_and_tells_how_far_it_is()
    {
        using TemporaryFolder folder = new();
        QemuImg qemuImg = new(Requires.Tool("qemu-img"));
        byte[] disk = new byte[8 << 20];
        new Random(7).NextBytes(disk.AsSpan(0, 3 << 20));
        string raw = await folder.WriteAsync("disk.raw", disk);
        List<double> percents = [];

        long needed = await qemuImg.MeasureAsync(raw, DiskFileFormat.Raw);
        await qemuImg.ConvertAsync(raw, DiskFileFormat.Raw, folder.Combine("disk.qcow2"), DiskFileFormat.Qcow2, new QemuImgRun { Progress = percents.Add });
        await qemuImg.ResizeAsync(folder.Combine("disk.qcow2"), 16 << 20);
        await qemuImg.ConvertAsync(folder.Combine("disk.qcow2"), DiskFileFormat.Qcow2, folder.Combine("again.raw"), DiskFileFormat.Raw);

        Assert.That(percents, Is.Ordered);
        Assert.That(percents[^1], Is.EqualTo(100));
        Assert.That(new FileInfo(folder.Combine("disk.qcow2")).Length, Is.LessThanOrEqualTo(needed));
        byte[] again = await File.ReadAllBytesAsync(folder.Combine("again.raw"));
        Assert.That(again, Has.Length.EqualTo(16 << 20));
        Assert.That(again.AsSpan(0, disk.Length).SequenceEqual(disk), Is.True);
        Assert.That(Qcow2Header.Read(folder.Combine("disk.qcow2")).VirtualSizeBytes, Is.EqualTo(16 << 20));
    }

    [Test]
    public void Mutated_headers_are_read_or_malformed()
    {
        byte[] seed = SampleImages.WithBackingFile(SampleImages.Qcow2(), "base.qcow2")[..2048];
        Random random = new(7);
        int malformed = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] head = [.. seed];
            for (int i = random.Next(1, 4); i > 0; i--)
                head[random.Next(128)] = (byte)random.Next(256);
            try
            {
                Qcow2Header.Parse(head.AsSpan(0, random.Next(4) == 0 ? random.Next(2049) : 2048)).CheckTables(random.NextInt64());
            }
            catch (DiskFileException e) when (e.Error == DiskFileError.Malformed)
            {
                malformed++;
            }
        }
        Assert.That(malformed, Is.InRange(1, Rounds - 1));
        Soak.Note(Rounds, "qcow2 headers to the disk library");
    }
}
