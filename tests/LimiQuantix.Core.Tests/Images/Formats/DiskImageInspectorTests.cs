using System.Text;
using LimiQuantix.Core.Tests.CloudInit.Iso9660;
using LimiQuantix.Disks;
using LimiQuantix.Images.Formats;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Images.Formats;

[TestFixture]
internal sealed class DiskImageInspectorTests
{
    [Test]
    public async Task Qcow2_is_recognised_with_its_virtual_size()
    {
        DiskImageInfo info = await InspectAsync(SampleImages.Qcow2());
        Assert.That(info.Format, Is.EqualTo(DiskFileFormat.Qcow2));
        Assert.That(info.VirtualSizeBytes, Is.EqualTo(SampleImages.VirtualSize));
        Qcow2Header header = info.Qcow2!;
        Assert.That((header.Version, header.VirtualSizeBytes, header.ClusterBits), Is.EqualTo((3, SampleImages.VirtualSize, 16)));
        Assert.That((header.L1Entries, header.L1TableOffset), Is.EqualTo((6, 3L * SampleImages.ClusterSize)));
        Assert.That((header.Compression, header.SnapshotCount), Is.EqualTo((Qcow2Compression.Zlib, 0)));
    }

    [Test]
    public async Task Raw_disk_is_recognised_by_its_boot_sector()
    {
        foreach (byte[] image in (byte[][])[SampleImages.Mbr(), SampleImages.Gpt(), SampleImages.FatVolume()])
        {
            DiskImageInfo info = await InspectAsync(image);
            Assert.That(info.Format, Is.EqualTo(DiskFileFormat.Raw));
            Assert.That(info.VirtualSizeBytes, Is.EqualTo(1 << 20));
            Assert.That(info.Qcow2, Is.Null);
        }
    }

    [Test]
    public async Task Raw_disk_of_no_whole_sector_counts_as_the_next_whole_one()
    {
        DiskImageInfo info = await InspectAsync(SampleImages.Mbr()[..^100]);
        Assert.That(info.VirtualSizeBytes, Is.EqualTo(1 << 20));
    }

    [Test]
    public async Task Iso_is_recognised_also_with_a_partition_table()
    {
        byte[] iso = await SampleVolume.SeedAsync();
        Assert.That((await InspectAsync(iso)).Format, Is.EqualTo(DiskFileFormat.Iso));
        SampleImages.Mbr().AsSpan(0, 512).CopyTo(iso);
        Assert.That((await InspectAsync(iso)).Format, Is.EqualTo(DiskFileFormat.Iso));
    }

    [TestCase("KDMV", 0, "Vmdk")]
    [TestCase("COWD", 0, "Vmdk")]
    [TestCase("# Disk DescriptorFile", 0, "Vmdk")]
    [TestCase("vhdxfile", 0, "Vhdx")]
    [TestCase("QED\0", 0, "Qed")]
    [TestCase("conectix", 0, "Vhd")]
    [TestCase("conectix", 4096 - 512, "Vhd")]
    public void Format_that_is_not_accepted_is_refused_by_name(string signature, int offset, string name)
    {
        byte[] image = SampleImages.With(new byte[4096], offset, signature);
        LimiQuantixException error = Refusal(image);
        Assert.That(error.Code, Is.EqualTo(ErrorCodes.UnsupportedFormat));
        Assert.That(error.Message, Does.Contain(name).And.Contain("qemu-img convert"));
    }

    [Test]
    public void Vdi_is_refused_by_name()
    {
        byte[] image = SampleImages.With(SampleImages.With(new byte[4096], 0, "<<< Oracle VM VirtualBox Disk Image >>>\n"), 64, 0x7F, 0x10, 0xDA, 0xBE);
        Assert.That(Refusal(image).Message, Does.Contain("Vdi"));
    }

    [Test]
    public void Fixed_vhd_is_refused_though_it_begins_as_a_raw_disk()
    {
        byte[] image = SampleImages.Mbr();
        Assert.That(Refusal(SampleImages.With(image, image.Length - 512, "conectix")).Message, Does.Contain("Vhd"));
    }

    [Test]
    public async Task File_of_two_formats_is_refused()
    {
        byte[] iso = await SampleVolume.SeedAsync();
        SampleImages.Qcow2().AsSpan(0, 512).CopyTo(iso);
        LimiQuantixException error = Refusal(iso);
        Assert.That(error.Code, Is.EqualTo(ErrorCodes.UnsupportedFormat));
        Assert.That(error.Message, Does.Contain("Qcow2 and Iso"));

        byte[] partitioned = SampleImages.Qcow2();
        SampleImages.Mbr().AsSpan(446, 66).CopyTo(partitioned.AsSpan(446));
        Assert.That(Refusal(partitioned).Message, Does.Contain("Qcow2 and Raw"));
    }

    [TestCase("", "empty")]
    [TestCase("<!DOCTYPE html><html><body>404 Not Found</body></html>", "HTML page")]
    [TestCase("\n  <html lang=en>", "HTML page")]
    [TestCase("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", "XML document")]
    [TestCase("Service temporarily unavailable\n", "is text")]
    [TestCase("\0\0\0\0", "all zero")]
    [TestCase("\u0001\u0002\u0003", "no boot sector")]
    public void File_that_is_no_disk_image_is_refused_with_what_it_is(string content, string reason)
    {
        LimiQuantixException error = Refusal(Encoding.UTF8.GetBytes(content));
        Assert.That(error.Code, Is.EqualTo(ErrorCodes.NotADiskImage));
        Assert.That(error.Message, Does.Contain(reason));
    }

    [Test]
    public void Whole_disk_file_system_with_a_boot_loader_is_a_raw_disk_and_without_one_is_told_as_what_it_is()
    {
        foreach ((int offset, byte[] magic, string name) in new (int, byte[], string)[]
        {
            (1024 + 56, [0x53, 0xEF], "ext4"), ((64 << 10) + 64, "_BHRfS_M"u8.ToArray(), "btrfs"), ((64 << 10) + 1372, [0x19, 0x01, 0x54, 0x19], "UFS"),
            (3, "EXFAT   "u8.ToArray(), "exFAT"), (0, "XFSB"u8.ToArray(), "XFS"),
        })
        {
            byte[] disk = SampleImages.With(new byte[1 << 20], offset, magic);
            Assert.That(Refusal(disk).Message, Does.Contain(name).And.Contain("without a boot sector"));
            // Code up to the signature, where a partition table would be.
            byte[] bootable = SampleImages.With(SampleImages.With(disk, 440, [.. Enumerable.Repeat((byte)0x90, 70)]), 510, 0x55, 0xAA);
            DiskImageInfo info = DiskImageInspector.Inspect(bootable.AsSpan(0, DiskFileSignatures.HeadLength), bootable.AsSpan(bootable.Length - 512), bootable.Length);
            Assert.That((info.Format, info.VirtualSizeBytes), Is.EqualTo((DiskFileFormat.Raw, 1L << 20)), name);
        }

        Assert.That(Refusal(SampleImages.With(SampleImages.With(new byte[4096], 440, [.. Enumerable.Repeat((byte)0x90, 70)]), 510, 0x55, 0xAA)).Message, Does.Contain("has a boot sector"));
    }

    [Test]
    public async Task Disk_that_mkfs_made_whole_and_a_boot_loader_was_written_to_is_a_raw_disk()
    {
        await using TemporaryFolder folder = new();
        string path = folder.Combine("whole.raw");
        await Command.OutputAsync(Requires.Tool("mkfs.ext4"), ["-q", path, "4M"]);
        byte[] disk = await File.ReadAllBytesAsync(path);
        Assert.That(Refusal(disk).Message, Does.Contain("without a boot sector"));
        BootSectors.Typewriter.CopyTo(disk, 0);
        Assert.That((await InspectAsync(disk)).Format, Is.EqualTo(DiskFileFormat.Raw));
    }

    [Test]
    public async Task Archives_are_told_as_what_they_are()
    {
        using MemoryStream tar = new(), ova = new(), zip = new();
        foreach ((MemoryStream archive, string first) in new[] { (tar, "disk.raw"), (ova, "appliance.ovf") })
        {
            await using System.Formats.Tar.TarWriter writer = new(archive, leaveOpen: true);
            foreach (string name in new[] { first, "disk.vmdk" })
                await writer.WriteEntryAsync(new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name) { DataStream = new MemoryStream(new byte[1000]) });
        }

        using (System.IO.Compression.ZipArchive writer = new(zip, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
            writer.CreateEntry("disk.raw");
        Is("tar archive", tar.ToArray());
        Is("OVA", ova.ToArray());
        Is("zip archive", zip.ToArray());
        Is("7z archive", SampleImages.With(new byte[1000], 0, (byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C));
        Is("RAR archive", SampleImages.With(new byte[1000], 0, "Rar!\x1A\x07"));
        Is("cpio archive", SampleImages.With(new byte[1000], 0, "070701"));
        Is("Debian package", SampleImages.With(new byte[1000], 0, "!<arch>\n"));
        Is("WIM archive", SampleImages.With(new byte[1000], 0, "MSWIM\0\0\0"));

        static void Is(string name, byte[] file)
        {
            LimiQuantixException error = Refusal(file);
            Assert.That((error.Code, error.Remedy), NUnit.Framework.Is.EqualTo((ErrorCodes.NotADiskImage, "Unpack it, and import the disk image that is in it.")));
            Assert.That(error.Message, Does.Contain(name));
        }
    }

    [Test]
    public void Image_compressed_twice_is_refused_with_the_compression()
    {
        byte[] file = SampleImages.With(new byte[100], 0, 0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, 1);
        Assert.That(Refusal(file).Message, Does.Contain("compressed with Xz"));
    }

    [Test]
    public void Partition_table_that_points_out_of_the_file_is_no_disk()
    {
        byte[] image = SampleImages.With(SampleImages.Mbr(), 446 + 8, 0xFF, 0xFF, 0xFF, 0xFF);
        Assert.That(Refusal(image).Code, Is.EqualTo(ErrorCodes.NotADiskImage));
    }

    [Test]
    public async Task Cancelled_inspection_ends()
    {
        using MemoryStream stream = new(SampleImages.Mbr());
        await Assert.CatchAsync<OperationCanceledException>(
            () => DiskImageInspector.InspectAsync(stream, new CancellationToken(canceled: true)));
    }

    internal static async Task<DiskImageInfo> InspectAsync(byte[] image)
    {
        using MemoryStream stream = new(image);
        return await DiskImageInspector.InspectAsync(stream, CancellationToken.None);
    }

    internal static LimiQuantixException Refusal(byte[] image) =>
        Assert.Throws<LimiQuantixException>(
            () => DiskImageInspector.Inspect(image.AsSpan(0, Math.Min(image.Length, DiskFileSignatures.HeadLength)), image.AsSpan(Math.Max(0, image.Length - 512)), image.Length))!;
}
