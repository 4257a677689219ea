using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Operations;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Machines;

/// <summary>Pools that do not take the image's format, on the real engine and with the real qemu-img.</summary>
[Category("Integration")]
public sealed class BaseConversionTests
{
    [SetUp]
    public void NeedsQemuImg() => Requires.Tool("qemu-img");

    [Test]
    public async Task Qcow2_image_enters_a_pool_of_raw_bases_as_the_disk_it_holds_and_only_once()
    {
        await using var platform = await Platform.StartAsync();
        platform.Fake.Storage.BaseFormats = [DiskFormat.Raw];
        var disk = await File.ReadAllBytesAsync(platform.DiskPath);
        var image = await ImportQcow2Async(platform);

        await platform.CreateAsync(platform.Spec() with { ImageId = image.Id });
        await platform.CreateAsync(platform.Spec("web-2") with { ImageId = image.Id });

        Assert.That(platform.Fake.Storage.Bases.Single().Value, Is.EqualTo(disk));
        // The question and the writing; then the question alone.
        Assert.That(platform.Fake.Storage.Begun.Select(b => (b.Format, b.LengthBytes)), Is.EqualTo(Enumerable.Repeat((DiskFormat.Raw, (long)disk.Length), 3)));
        Assert.That(platform.Leftovers, Is.Empty);
    }

    [Test]
    public async Task Raw_image_enters_a_pool_of_qcow2_bases()
    {
        await using var platform = await Platform.StartAsync();
        platform.Fake.Storage.BaseFormats = [DiskFormat.Qcow2];
        await platform.CreateAsync();

        await using var folder = new TemporaryFolder();
        var written = await folder.WriteAsync("base.qcow2", platform.Fake.Storage.Bases.Single().Value);
        Assert.That(await Command.OutputAsync("qemu-img", ["compare", "-f", "qcow2", "-F", "raw", written, platform.DiskPath]), Does.Contain("identical"));
        Assert.That(platform.Leftovers, Is.Empty);
    }

    [Test]
    public async Task Pool_that_takes_neither_is_told_by_the_formats()
    {
        await using var platform = await Platform.StartAsync();
        platform.Fake.Storage.BaseFormats = [DiskFormat.Unknown];
        var creation = await platform.LimiQuantix.Machines.CreateAsync(platform.Spec());
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => creation.CompletedAsync());
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.UnsupportedFormat));
    }

    [Test]
    public async Task Cancelled_creation_leaves_no_converted_file()
    {
        await using var platform = await Platform.StartAsync();
        platform.Fake.Storage.BaseFormats = [DiskFormat.Qcow2];
        platform.Fake.Storage.WriteGate = new TaskCompletionSource().Task;
        var creation = await platform.LimiQuantix.Machines.CreateAsync(platform.Spec());
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (platform.Fake.Storage.Begun.Count < 2) await Task.Delay(20, deadline.Token);
        Assert.That(platform.Leftovers, Has.Count.EqualTo(1));

        await creation.CancelAsync();
        Assert.That((await Assert.ThrowsAsync<LimiQuantixException>(() => creation.CompletedAsync()))!.Code, Is.EqualTo(ErrorCodes.Cancelled));
        Assert.That(platform.Leftovers, Is.Empty);
    }

    [Test]
    public async Task Conversion_that_does_not_fit_beside_the_library_is_refused_and_leaves_nothing()
    {
        await using var small = await FullDisk.MountAsync(160 << 20);
        await using var platform = await Platform.StartAsync(dataDirectory: small.Path);
        platform.Fake.Storage.BaseFormats = [DiskFormat.Qcow2];
        await small.FillAsync(leaveBytes: 8 << 20);
        var creation = await platform.LimiQuantix.Machines.CreateAsync(platform.Spec());
        Assert.That((await Assert.ThrowsAsync<LimiQuantixException>(() => creation.CompletedAsync()))!.Code, Is.EqualTo(ErrorCodes.InsufficientSpace));
        Assert.That(platform.Leftovers, Is.Empty);
    }

    [Test]
    public async Task What_a_killed_conversion_left_is_removed_by_the_next_run()
    {
        await using var data = new TemporaryFolder();
        Directory.CreateDirectory(data.Combine("library/converted"));
        var left = await data.WriteAsync("library/converted/left.raw", "x"u8.ToArray());
        await using var platform = await Platform.StartAsync(dataDirectory: data.Path);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (File.Exists(left)) await Task.Delay(20, deadline.Token);
    }

    private static async Task<Image> ImportQcow2Async(Platform platform)
    {
        var path = Path.ChangeExtension(platform.DiskPath, "qcow2");
        await Command.OutputAsync("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", platform.DiskPath, path]);
        return await platform.LimiQuantix.Images.EnsureAsync(path);
    }
}
