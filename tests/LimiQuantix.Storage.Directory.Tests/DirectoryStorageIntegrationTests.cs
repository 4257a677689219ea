using System.Text.Json;
using LimiQuantix.Conformance;
using LimiQuantix.Images;
using LimiQuantix.Nodes;
using LimiQuantix.Testing;

namespace LimiQuantix.Storage.Directory.Tests;

/// <summary>The pool with the real qemu-img and QEMU's own reading of what it made.</summary>
[TestFixture]
[Category("Integration")]
internal sealed partial class DirectoryStorageIntegrationTests
{
    private const long DiskSize = 4 * Samples.MiB;

    private static readonly byte[] Disk = Samples.RawDisk(DiskSize);

    private string _qemuImg = null!;

    [SetUp]
    public void FindQemuImg() => _qemuImg = Requires.Tool("qemu-img");

    [Test]
    public async Task Overlay_reads_as_its_base_and_is_grown([Values(DiskFormat.Raw, DiskFormat.Qcow2)] DiskFormat format)
    {
        await using TestPool pool = new();
        ImageDigest digest = await WriteBaseAsync(pool, format);
        VolumeDefinition definition = pool.Volume(64 * Samples.MiB, digest);
        VolumeObservation volume = await pool.Storage.EnsureVolumeAsync(definition);
        Assert.That((volume.SizeBytes, volume.BaseDigest), Is.EqualTo((64 * Samples.MiB, digest)));
        string path = await PathAsync(pool, volume.VolumeId);
        Assert.That(Path.GetFileName(path), Is.EqualTo($"{volume.VolumeId:D}.qcow2"));
        JsonElement info = await InfoAsync(path);
        Assert.That(info.GetProperty("backing-filename-format").GetString(), Is.EqualTo(format == DiskFormat.Raw ? "raw" : "qcow2"));
        Assert.That(info.GetProperty("full-backing-filename").GetString(), Does.StartWith(pool.Files + "/base-sha256-"));
        Assert.That((await RawContentAsync(path))[..Disk.Length], Is.EqualTo(Disk));
        Assert.That(File.GetUnixFileMode(path), Is.EqualTo(pool.Options.VolumeMode));
    }

    [Test]
    public async Task Full_copy_reads_as_its_base_and_depends_on_nothing()
    {
        await using TestPool pool = new(options => options.FullCopies = true);
        ImageDigest digest = await WriteBaseAsync(pool, DiskFormat.Qcow2);
        VolumeDefinition definition = pool.Volume(64 * Samples.MiB, digest);
        VolumeObservation volume = await pool.Storage.EnsureVolumeAsync(definition);
        string path = await PathAsync(pool, volume.VolumeId);
        Assert.That((await InfoAsync(path)).TryGetProperty("backing-filename", out _), Is.False);
        Assert.That((await RawContentAsync(path))[..Disk.Length], Is.EqualTo(Disk));
        Assert.That(await pool.Storage.EnsureVolumeAsync(definition), Is.EqualTo(volume));
    }

    [Test]
    public async Task Blank_volume_has_its_size_and_no_data()
    {
        await using TestPool pool = new();
        VolumeObservation volume = await pool.Storage.EnsureVolumeAsync(pool.Volume(20L << 30));
        Assert.That((volume.SizeBytes, volume.BaseDigest), Is.EqualTo((20L << 30, null as ImageDigest)));
        Assert.That(volume.AllocatedBytes, Is.LessThan(Samples.MiB));
        Assert.That((await InfoAsync(await PathAsync(pool, volume.VolumeId))).GetProperty("virtual-size").GetInt64(), Is.EqualTo(20L << 30));
    }

    [Test]
    public async Task Ensure_succeeds_again_with_the_same_definition_and_conflicts_with_another()
    {
        await using TestPool pool = new();
        ImageDigest digest = await WriteBaseAsync(pool, DiskFormat.Qcow2);
        VolumeDefinition definition = pool.Volume(64 * Samples.MiB, digest);
        VolumeObservation first = await pool.Storage.EnsureVolumeAsync(definition);
        await pool.ReopenAsync();
        Assert.That(await pool.Storage.EnsureVolumeAsync(definition), Is.EqualTo(first));
        await RefusedAsync(pool.Storage.EnsureVolumeAsync(definition with { SizeBytes = 65 * Samples.MiB }), ErrorCodes.Conflict);
        await RefusedAsync(pool.Storage.EnsureVolumeAsync(definition with { Source = new BlankVolumeSource() }), ErrorCodes.Conflict);
        await RefusedAsync(pool.Storage.EnsureVolumeAsync(pool.Volume(Samples.MiB, digest)), ErrorCodes.InvalidArgument);
    }

    [Test]
    public async Task Fifty_calls_with_one_id_make_one_volume()
    {
        await using TestPool pool = new();
        ImageDigest digest = await WriteBaseAsync(pool, DiskFormat.Qcow2);
        VolumeDefinition definition = pool.Volume(64 * Samples.MiB, digest);
        VolumeObservation[] volumes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => pool.Storage.EnsureVolumeAsync(definition)));
        Assert.That(volumes.Distinct().Count(), Is.EqualTo(1));
        Assert.That(pool.Published, Has.Length.EqualTo(2));
    }

    [Test]
    public async Task Pool_that_was_moved_still_reads()
    {
        await using TestPool pool = new();
        ImageDigest digest = await WriteBaseAsync(pool, DiskFormat.Qcow2);
        VolumeObservation volume = await pool.Storage.EnsureVolumeAsync(pool.Volume(DiskSize, digest));
        await pool.Storage.DisposeAsync();
        string moved = pool.Options.Path + "-moved";
        System.IO.Directory.Move(pool.Options.Path!, moved);
        pool.Options.Path = moved;
        await pool.ReopenAsync();
        Assert.That(await RawContentAsync(await PathAsync(pool, volume.VolumeId)), Is.EqualTo(Disk));
    }

    [Test]
    public async Task Machine_made_and_deleted_leaves_nothing()
    {
        await using TestPool pool = new();
        ImageDigest digest = await WriteBaseAsync(pool, DiskFormat.Qcow2);
        VolumeObservation volume = await pool.Storage.EnsureVolumeAsync(pool.Volume(DiskSize, digest));
        await pool.Storage.DeleteVolumeAsync(volume.VolumeId);
        await pool.Storage.DeleteVolumeAsync(volume.VolumeId);
        Assert.That(pool.Published, Is.Empty);
        await pool.Storage.DisposeAsync();
        Assert.That(pool.Names, Is.Empty);
    }

    [Test]
    public async Task Program_that_hangs_is_killed_at_the_deadline_and_on_cancellation()
    {
        await using TestPool pool = new();
        using TemporaryFolder folder = new();
        pool.Options.QemuImg = await folder.WriteAsync("qemu-img", "#!/bin/sh\necho x > \"$0.started\"\nexec sleep 600\n"u8.ToArray());
        File.SetUnixFileMode(pool.Options.QemuImg, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await pool.ReopenAsync();
        Task<VolumeObservation> late = pool.Storage.EnsureVolumeAsync(pool.Volume(DiskSize));
        await StartedAsync(pool.Options.QemuImg);
        pool.Time.Advance(pool.Options.CommandTimeout);
        await RefusedAsync(late, ErrorCodes.Timeout);

        using CancellationTokenSource cancel = new();
        Task<VolumeObservation> cancelled = pool.Storage.EnsureVolumeAsync(pool.Volume(DiskSize), cancel.Token);
        await StartedAsync(pool.Options.QemuImg);
        await cancel.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => cancelled);
        Assert.That(pool.Published, Is.Empty);
    }

    [Test]
    public async Task Engine_that_is_superseded_while_its_volume_is_made_does_not_publish_it()
    {
        await using TestPool pool = new();
        using TemporaryFolder folder = new();
        string program = await folder.WriteAsync(
            "qemu-img", "#!/bin/sh\necho x > \"$0.started\"\nwhile [ ! -e \"$0.go\" ]; do sleep 0.05; done\nexec qemu-img \"$@\"\n"u8.ToArray());
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        pool.Options.QemuImg = program;
        await pool.ReopenAsync();
        VolumeDefinition volume = pool.Volume(DiskSize);
        Task<VolumeObservation> making = pool.Storage.EnsureVolumeAsync(volume);
        await StartedAsync(program);

        await pool.Storage.DetachAsync(new DetachVolumeRequest
        {
            Call = ShortCalls.Engine with { EngineToken = 2 }, AttachmentId = Guid.NewGuid(), VolumeId = Guid.NewGuid(), Node = NodeId.Local,
        });
        await folder.WriteAsync("qemu-img.go", ReadOnlyMemory<byte>.Empty);
        await RefusedAsync(making, ErrorCodes.Fenced);

        Assert.That(pool.Published, Is.Empty);
        await pool.Storage.EnsureVolumeAsync(new EnsureVolumeRequest { Call = ShortCalls.Engine with { EngineToken = 2 }, Definition = volume });
        Assert.That(pool.Published, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Disk_that_fills_up_leaves_nothing_half_made()
    {
        await using FullDisk disk = await FullDisk.MountAsync(32 * Samples.MiB);
        await using TestPool pool = new(options => options.Path = Path.Combine(disk.Path, "pool"));
        ImageDigest digest = await WriteBaseAsync(pool, DiskFormat.Qcow2);
        string[] before = pool.Published;

        byte[] large = Samples.RawDisk(8 * Samples.MiB, seed: 2);
        BaseImport import = await pool.DefineAsync(Samples.Digest(large), large, DiskFormat.Raw, large.Length);
        await disk.FillAsync(leaveBytes: 2 * Samples.MiB);
        Assert.That((await pool.ImportAsync(import)).Error!.Code, Is.EqualTo(ErrorCodes.InsufficientSpace));
        Assert.That(pool.Published, Is.EqualTo(before));

        pool.Options.FullCopies = true;
        await RefusedAsync(pool.Storage.EnsureVolumeAsync(pool.Volume(DiskSize, digest)), ErrorCodes.InsufficientSpace);
        Assert.That(pool.Published, Is.EqualTo(before));
        Assert.That(System.IO.Directory.GetFiles(pool.Files, "*", SearchOption.AllDirectories).Count(path => !Path.GetFileName(path).StartsWith("base-", StringComparison.Ordinal)), Is.EqualTo(1), "the lock only");
    }

    [Test]
    public async Task Volume_that_is_made_stays_when_the_token_of_its_call_ends()
    {
        await using TestPool pool = new();
        ImageDigest digest = await WriteBaseAsync(pool, DiskFormat.Qcow2);
        for (int delay = 0; delay < 40; delay += 2)
        {
            VolumeDefinition definition = pool.Volume(64 * Samples.MiB, digest);
            using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(delay));
            try
            {
                await pool.Storage.EnsureVolumeAsync(definition, cancel.Token);
            }
            catch (OperationCanceledException)
            {
                // Whatever the call made before its token ended is whole, and is there for the next.
            }
            string[] made = [.. pool.Published.Where(name => name.StartsWith($"{definition.Ownership.ResourceId:D}", StringComparison.Ordinal))];
            DateTime? written = made.Length == 0 ? null : File.GetLastWriteTimeUtc(Path.Combine(pool.Files, made[0]));
            await pool.Storage.EnsureVolumeAsync(definition);
            if (written is { } time)
                Assert.That(File.GetLastWriteTimeUtc(Path.Combine(pool.Files, made[0])), Is.EqualTo(time));
            Assert.That(Unpublished(pool), Has.Length.EqualTo(1), "the lock only");
        }
    }

    [Test]
    public async Task Copy_that_meets_a_full_disk_on_its_way_leaves_nothing()
    {
        await using FullDisk disk = await FullDisk.MountAsync(32 * Samples.MiB);
        await using TestPool pool = new(options =>
        {
            options.Path = Path.Combine(disk.Path, "pool");
            options.FullCopies = true;
        });
        byte[] raw = Samples.RawDisk(6 * Samples.MiB, seed: 3);
        ImageDigest digest = Samples.Digest(raw);
        await pool.WriteBaseAsync(digest, raw, DiskFormat.Raw, raw.Length);
        string[] before = pool.Published;
        // Enough for the data, which the guard demands, and too little for the image's tables beside it.
        await disk.FillAsync(leaveBytes: 6 * Samples.MiB + 64 * 1024);
        LimiQuantixException error = await RefusedAsync(pool.Storage.EnsureVolumeAsync(pool.Volume(8 * Samples.MiB, digest)), ErrorCodes.InsufficientSpace);
        Assert.That(error.Message, Does.Contain("full"));
        Assert.That(pool.Published, Is.EqualTo(before));
    }

    [Test]
    public async Task Marks_are_measured_on_the_pools_own_file_system()
    {
        await using FullDisk disk = await FullDisk.MountAsync(100 * Samples.MiB);
        await using TestPool pool = new(options =>
        {
            options.Path = Path.Combine(disk.Path, "pool");
            options.WarnBelowPercentFree = 20;
            options.RefuseBelowPercentFree = 10;
        });
        Assert.That((await pool.Storage.CheckHealthAsync()).Status, Is.EqualTo(ProviderHealthStatus.Healthy));
        Assert.That((await pool.Storage.GetStatusAsync()).CapacityBytes, Is.EqualTo(100 * Samples.MiB));
        string filler = await disk.FillAsync(leaveBytes: 15 * Samples.MiB);
        Assert.That((await pool.Storage.CheckHealthAsync()).Status, Is.EqualTo(ProviderHealthStatus.Degraded));
        await pool.Storage.EnsureVolumeAsync(pool.Volume(DiskSize));
        File.Delete(filler);
        await disk.FillAsync(leaveBytes: 9 * Samples.MiB);
        await RefusedAsync(pool.Storage.EnsureVolumeAsync(pool.Volume(DiskSize)), ErrorCodes.InsufficientSpace);
    }

    private async Task<ImageDigest> WriteBaseAsync(TestPool pool, DiskFormat format)
    {
        using TemporaryFolder folder = new();
        string path = await folder.WriteAsync("disk", Disk);
        if (format == DiskFormat.Qcow2)
        {
            string converted = folder.Combine("disk.qcow2");
            await Command.OutputAsync(_qemuImg, ["convert", "-f", "raw", "-O", "qcow2", path, converted]);
            path = converted;
        }
        byte[] content = await File.ReadAllBytesAsync(path);
        ImageDigest digest = Samples.Digest(content);
        await pool.WriteBaseAsync(digest, content, format, DiskSize);
        return digest;
    }

    private static async Task<string> PathAsync(TestPool pool, Guid volumeId) =>
        ((FileDisk)await pool.Storage.AttachAsync(volumeId, Nodes.NodeId.Local, VolumeAccess.ReadWrite)).Path;

    private async Task<JsonElement> InfoAsync(string path)
    {
        using JsonDocument document = JsonDocument.Parse(await Command.OutputAsync(_qemuImg, ["info", "-f", "qcow2", "--output=json", path]));
        return document.RootElement.Clone();
    }

    private async Task<byte[]> RawContentAsync(string path)
    {
        using TemporaryFolder folder = new();
        string raw = folder.Combine("raw");
        await Command.OutputAsync(_qemuImg, ["convert", "-f", "qcow2", "-O", "raw", path, raw]);
        return await File.ReadAllBytesAsync(raw);
    }

    private static async Task StartedAsync(string program)
    {
        string mark = program + ".started";
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(1));
        while (!File.Exists(mark))
            await Task.Delay(20, deadline.Token);
        File.Delete(mark);
    }

    private static async Task<LimiQuantixException> RefusedAsync(Task call, string code)
    {
        LimiQuantixException error = (await Assert.ThrowsAsync<LimiQuantixException>(() => call))!;
        Assert.That(error.Code, Is.EqualTo(code));
        return error;
    }
}
