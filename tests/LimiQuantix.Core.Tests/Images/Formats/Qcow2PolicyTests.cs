using LimiQuantix.Disks;
using LimiQuantix.Images.Formats;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Images.Formats;

[TestFixture]
internal sealed class Qcow2PolicyTests
{
    [TestCase(4, 4u, "version 4")]
    [TestCase(16, 1u, "backing file")]
    [TestCase(20, 8u, "2^8")]
    [TestCase(20, 22u, "2^22")]
    [TestCase(20, uint.MaxValue, "2^4294967295")]
    [TestCase(32, 1u, "encrypted")]
    [TestCase(32, 2u, "encrypted")]
    [TestCase(36, 4_194_305u, "32 MiB")]
    [TestCase(36, 5u, "too small")]
    [TestCase(36, 0u, "too small")]
    [TestCase(56, 0u, "refcount table has 0")]
    [TestCase(56, 129u, "refcount table has 129")]
    [TestCase(60, 65537u, "65537 snapshots")]
    [TestCase(60, 1u, "snapshot table does not begin")]
    [TestCase(96, 7u, "2^7 bits")]
    [TestCase(100, 96u, "claims 96")]
    [TestCase(100, 105u, "claims 105")]
    [TestCase(100, uint.MaxValue - 7, "claims")]
    public void Header_with_a_bad_field_is_refused(int offset, uint value, string reason)
    {
        byte[] image = SampleImages.Qcow2();
        SampleImages.Set32(image, offset, value);
        Refused(image, reason);
    }

    [TestCase(8, 104UL, "backing file")]
    [TestCase(24, 0UL, "virtual size")]
    [TestCase(24, ulong.MaxValue, "virtual size")]
    [TestCase(40, 0UL, "L1 table does not begin")]
    [TestCase(40, 512UL, "L1 table does not begin")]
    [TestCase(40, 1UL << 40, "L1 table lies outside")]
    [TestCase(40, 0xFFFF_FFFF_FFFF_0000UL, "L1 table lies outside")]
    [TestCase(48, 0UL, "refcount table does not begin")]
    [TestCase(48, 4UL * 65536, "refcount table lies outside")]
    [TestCase(72, 2UL, "corrupt")]
    [TestCase(72, 4UL, "data in another file")]
    [TestCase(72, 16UL, "extended L2")]
    [TestCase(72, 32UL, "bits 0x20")]
    [TestCase(72, 1UL << 63, "not known")]
    [TestCase(72, 8UL, "contradicts itself")]
    public void Header_with_a_bad_long_field_is_refused(int offset, ulong value, string reason)
    {
        byte[] image = SampleImages.Qcow2();
        SampleImages.Set64(image, offset, value);
        Refused(image, reason);
    }

    [TestCase(0xE2792ACAu, "backing file")]
    [TestCase(0x44415441u, "data file")]
    [TestCase(0x0537BE77u, "encryption header")]
    public void Header_extension_that_leads_out_of_the_image_is_refused(uint type, string reason)
    {
        byte[] image = SampleImages.Qcow2();
        SampleImages.Set32(image, 104, 0x12345678);
        SampleImages.Set32(image, 108, 5);
        SampleImages.Set32(image, 120, type);
        SampleImages.Set32(image, 124, 4);
        Refused(image, reason);
    }

    [Test]
    public void Header_extension_that_is_too_long_is_refused()
    {
        byte[] image = SampleImages.Qcow2();
        SampleImages.Set32(image, 104, 0x12345678);
        SampleImages.Set32(image, 108, uint.MaxValue);
        Refused(image, "leaves the first cluster");
    }

    [Test]
    public async Task Zstd_is_read_from_the_longer_header()
    {
        byte[] image = SampleImages.Qcow2();
        SampleImages.Set64(image, 72, 8);
        SampleImages.Set32(image, 100, 112);
        image[104] = 1;
        DiskImageInfo info = await DiskImageInspectorTests.InspectAsync(image);
        Assert.That(info.Qcow2!.Compression, Is.EqualTo(Qcow2Compression.Zstd));
        image[104] = 2;
        Refused(image, "compression type 2");
    }

    [Test]
    public async Task Version_2_has_no_feature_bits()
    {
        byte[] image = SampleImages.Qcow2();
        SampleImages.Set32(image, 4, 2);
        image.AsSpan(72, 40).Clear();
        DiskImageInfo info = await DiskImageInspectorTests.InspectAsync(image);
        Assert.That(info.Qcow2!.Version, Is.EqualTo(2));
    }

    [Test]
    public void Header_that_is_cut_off_is_refused()
    {
        for (int length = 4; length < 104; length += 10)
            Refused(SampleImages.Qcow2()[..length], "cut off");
    }

    [Test]
    public void Extensions_beyond_what_was_read_are_refused()
    {
        byte[] image = new byte[8 << 20];
        SampleImages.Qcow2().AsSpan(0, 104).CopyTo(image);
        SampleImages.Set32(image, 20, 21);
        SampleImages.Set32(image, 36, 1);
        SampleImages.Set64(image, 40, 4 << 20);
        SampleImages.Set64(image, 48, 2 << 20);
        SampleImages.Set32(image, 104, 0x12345678);
        SampleImages.Set32(image, 108, 65536 - 104 - 8);
        Refused(image, "longer than 64 KiB");
    }

    private static void Refused(byte[] image, string reason)
    {
        LimiQuantixException error = DiskImageInspectorTests.Refusal(image);
        Assert.That(error.Code, Is.EqualTo(ErrorCodes.UnsupportedFormat));
        Assert.That(error.Message, Does.Contain(reason));
    }
}
