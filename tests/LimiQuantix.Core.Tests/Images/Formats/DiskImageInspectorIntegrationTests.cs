using System.Text.Json;
using LimiQuantix.Disks;
using LimiQuantix.Images.Formats;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Images.Formats;

/// <summary>The inspector beside qemu-img on images that qemu-img made.</summary>
[TestFixture]
[Category("Integration")]
internal sealed class DiskImageInspectorIntegrationTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [TestCase("compat=1.1", "1G")]
    [TestCase("compat=0.10", "1G")]
    [TestCase("cluster_size=512", "64M")]
    [TestCase("cluster_size=2M", "7T")]
    [TestCase("compression_type=zstd", "10G")]
    [TestCase("lazy_refcounts=on", "513")]
    [TestCase("preallocation=metadata", "100M")]
    public async Task Qcow2_header_agrees_with_qemu_img(string options, string size)
    {
        string path = await CreateAsync("qcow2", options, size);
        using JsonDocument expected = JsonDocument.Parse(
            await Command.OutputAsync(Requires.Tool("qemu-img"), ["info", "-f", "qcow2", "--output=json", path]));
        DiskImageInfo info = await InspectAsync(path);
        JsonElement data = expected.RootElement.GetProperty("format-specific").GetProperty("data");
        Assert.That(info.Format, Is.EqualTo(DiskFileFormat.Qcow2));
        Assert.That(info.VirtualSizeBytes, Is.EqualTo(expected.RootElement.GetProperty("virtual-size").GetInt64()));
        Assert.That(info.Qcow2!.ClusterSizeBytes, Is.EqualTo(expected.RootElement.GetProperty("cluster-size").GetInt32()));
        Assert.That(info.Qcow2.Version, Is.EqualTo(data.GetProperty("compat").GetString() == "1.1" ? 3 : 2));
        Assert.That(info.Qcow2.Compression.ToString(), Is.EqualTo(data.GetProperty("compression-type").GetString()).IgnoreCase);
    }

    [TestCase("vmdk", "subformat=monolithicSparse", DiskFileFormat.Vmdk)]
    [TestCase("vmdk", "subformat=streamOptimized", DiskFileFormat.Vmdk)]
    [TestCase("vdi", "", DiskFileFormat.Vdi)]
    [TestCase("vpc", "subformat=dynamic", DiskFileFormat.Vhd)]
    [TestCase("vpc", "subformat=fixed", DiskFileFormat.Vhd)]
    [TestCase("vhdx", "", DiskFileFormat.Vhdx)]
    [TestCase("qed", "", DiskFileFormat.Qed)]
    public async Task Other_formats_that_qemu_img_makes_are_refused_by_name(string format, string options, object expected)
    {
        string path = await CreateAsync(format, options, "64M");
        LimiQuantixException error = (await Assert.ThrowsAsync<LimiQuantixException>(() => InspectAsync(path)))!;
        Assert.That(error.Code, Is.EqualTo(ErrorCodes.UnsupportedFormat));
        Assert.That(error.Message, Does.Contain(expected.ToString()));
    }

    [Test]
    public async Task Overlay_is_refused()
    {
        string qemuImg = Requires.Tool("qemu-img");
        await CreateAsync("qcow2", "", "64M");
        string overlay = _folder.Combine("overlay");
        await Command.OutputAsync(qemuImg, ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", _folder.Combine("image"), overlay]);
        LimiQuantixException error = (await Assert.ThrowsAsync<LimiQuantixException>(() => InspectAsync(overlay)))!;
        Assert.That(error.Message, Does.Contain("backing file"));
    }

    [Test]
    public async Task External_data_file_is_refused()
    {
        string path = await CreateAsync("qcow2", $"data_file={_folder.Combine("data")}", "64M");
        LimiQuantixException error = (await Assert.ThrowsAsync<LimiQuantixException>(() => InspectAsync(path)))!;
        Assert.That(error.Message, Does.Contain("another file"));
    }

    [Test]
    public async Task Extended_l2_entries_are_refused()
    {
        string path = await CreateAsync("qcow2", "extended_l2=on,cluster_size=128k", "64M");
        LimiQuantixException error = (await Assert.ThrowsAsync<LimiQuantixException>(() => InspectAsync(path)))!;
        Assert.That(error.Message, Does.Contain("extended L2"));
    }

    [Test]
    public async Task Image_that_is_cut_off_before_its_tables_is_refused()
    {
        string path = await CreateAsync("qcow2", "", "64M");
        await using (FileStream file = new(path, FileMode.Open))
            file.SetLength(70_000);
        LimiQuantixException error = (await Assert.ThrowsAsync<LimiQuantixException>(() => InspectAsync(path)))!;
        Assert.That(error.Message, Does.Contain("outside the file"));
    }

    private async Task<string> CreateAsync(string format, string options, string size)
    {
        string path = _folder.Combine("image");
        string[] with = options.Length == 0 ? [] : ["-o", options];
        await Command.OutputAsync(Requires.Tool("qemu-img"), ["create", "-q", "-f", format, .. with, path, size]);
        return path;
    }

    private static async Task<DiskImageInfo> InspectAsync(string path)
    {
        await using FileStream file = new(path, FileMode.Open, FileAccess.Read);
        return await DiskImageInspector.InspectAsync(file, CancellationToken.None);
    }
}
