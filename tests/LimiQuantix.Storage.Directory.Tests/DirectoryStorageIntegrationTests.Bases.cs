using System.Globalization;
using LimiQuantix.Conformance;
using LimiQuantix.Disks;
using LimiQuantix.Images;
using LimiQuantix.Jobs;
using LimiQuantix.Testing;

namespace LimiQuantix.Storage.Directory.Tests;

/// <summary>Bases that are converted as they come in.</summary>
internal sealed partial class DirectoryStorageIntegrationTests
{
    [Test]
    public async Task Conversion_that_meets_a_full_disk_on_its_way_leaves_nothing()
    {
        await using FullDisk disk = await FullDisk.MountAsync(32 * Samples.MiB);
        using TemporaryFolder folder = new();
        // It measures as the real one and fills the disk before it converts as the real one.
        await using TestPool pool = new(options =>
        {
            options.Path = Path.Combine(disk.Path, "pool");
            options.BaseFormat = DiskFormat.Raw;
            options.QemuImg = folder.Combine("qemu-img");
        });
        await ScriptAsync(folder, $"[ \"$1\" = measure ] || head -c 100000000 /dev/zero > '{disk.Path}/filler'; exec {_qemuImg} \"$@\"");
        (BaseImport import, _) = await DefineQcow2Async(pool);
        Assert.That((await pool.ImportAsync(import)).Error!.Code, Is.EqualTo(ErrorCodes.InsufficientSpace));
        Assert.That(pool.Published, Is.Empty);
        Assert.That(Unpublished(pool), Has.Length.EqualTo(1), "the lock only");
    }

    [Test]
    public async Task Image_in_another_format_than_the_pools_is_converted_with_progress()
    {
        foreach (DiskFormat wanted in (DiskFormat[])[DiskFormat.Raw, DiskFormat.Qcow2])
        {
            await using TestPool pool = new(options => options.BaseFormat = wanted);
            BaseImport import = wanted == DiskFormat.Raw
                ? (await DefineQcow2Async(pool)).Import
                : await pool.DefineAsync(Samples.Digest(Disk), Disk, DiskFormat.Raw, DiskSize);
            JobObservation begun = await pool.Storage.ImportBaseAsync(import);
            List<JobProgress> progress = [];
            using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(1));
            await foreach (JobObservation now in pool.Storage.GetCapability<IProviderJobs>()!.WatchAsync(begun.JobId, deadline.Token))
            {
                begun = now;
                if (now.Progress is { } told)
                    progress.Add(told);
            }
            Assert.That(begun.Phase, Is.EqualTo(JobPhase.Succeeded), $"{begun.Error}");
            Assert.That(progress.Select(p => p.Step), Does.Contain("publish").Or.Contain("convert"));
            Assert.That(pool.Published.Single(), Does.EndWith(wanted == DiskFormat.Raw ? ".raw" : ".qcow2"));
            VolumeObservation volume = await pool.Storage.EnsureVolumeAsync(pool.Volume(64 * Samples.MiB, import.Digest));
            Assert.That((await RawContentAsync(await PathAsync(pool, volume.VolumeId)))[..Disk.Length], Is.EqualTo(Disk));
        }
    }

    [Test]
    public async Task Cancelled_conversion_is_killed_and_leaves_nothing()
    {
        using TemporaryFolder folder = new();
        await using TestPool pool = new(options =>
        {
            options.BaseFormat = DiskFormat.Raw;
            options.QemuImg = folder.Combine("qemu-img");
        });
        await ScriptAsync(folder, HangingConversion);
        (BaseImport import, _) = await DefineQcow2Async(pool);
        IProviderJobs jobs = pool.Storage.GetCapability<IProviderJobs>()!;
        await pool.Storage.ImportBaseAsync(import);
        int process = await PidAsync(folder);
        Assert.That(Unpublished(pool), Has.Length.EqualTo(2));

        await jobs.CancelAsync(ShortCalls.JobOf(import));
        Assert.That((await pool.ImportAsync(import)).Phase, Is.EqualTo(JobPhase.Cancelled));
        await UntilGoneAsync(process);
        Assert.That(Unpublished(pool), Has.Length.EqualTo(1), "the lock only");
        Assert.That(pool.Published, Is.Empty);
    }

    [Test]
    public async Task Closed_pool_ends_its_conversion_and_the_next_one_begins_it_anew()
    {
        using TemporaryFolder folder = new();
        await using TestPool pool = new(options =>
        {
            options.BaseFormat = DiskFormat.Raw;
            options.QemuImg = folder.Combine("qemu-img");
        });
        await ScriptAsync(folder, HangingConversion);
        (BaseImport import, _) = await DefineQcow2Async(pool);
        await pool.Storage.ImportBaseAsync(import);
        int process = await PidAsync(folder);
        await pool.Storage.DisposeAsync();
        await UntilGoneAsync(process);
        Assert.That(pool.Names, Is.Empty);

        pool.Options.QemuImg = _qemuImg;
        await pool.ReopenAsync();
        Assert.That(await pool.Storage.GetCapability<IProviderJobs>()!.FindAsync(ShortCalls.JobOf(import)), Is.Null);
        Assert.That((await pool.ImportAsync(import)).Phase, Is.EqualTo(JobPhase.Succeeded));
    }

    [Test]
    public async Task Conversion_that_a_killed_host_left_running_is_ended_and_its_file_removed()
    {
        // What kill -9 leaves: a lock that nobody holds, the area with half a file, and qemu-img writing it, which has lost its parent.
        using TemporaryFolder folder = new();
        await using TestPool pool = new(options => options.BaseFormat = DiskFormat.Raw);
        (BaseImport import, string image) = await DefineQcow2Async(pool);
        await pool.Storage.GetStatusAsync();
        await pool.Storage.DisposeAsync();
        string area = Path.Combine(pool.Files, ".tmp-dead");
        System.IO.Directory.CreateDirectory(area);
        await File.WriteAllTextAsync(area + ".lock", "");
        await ScriptAsync(folder, HangingConversion);
        using CancellationTokenSource never = new();
        Task orphan = new QemuImg(folder.Combine("qemu-img")).ConvertAsync(
            image, DiskFileFormat.Qcow2, Path.Combine(area, "half"), DiskFileFormat.Raw, cancellationToken: never.Token);
        int process = await PidAsync(folder);

        await pool.ReopenAsync();
        Assert.That((await pool.ImportAsync(import)).Phase, Is.EqualTo(JobPhase.Succeeded));
        await UntilGoneAsync(process);
        await Assert.CatchAsync<DiskFileException>(() => orphan);
        Assert.That(Unpublished(pool), Has.Length.EqualTo(1), "the lock only");
    }

    /// <summary>A qemu-img that writes the begin of its last argument, tells its process and hangs, unless it is to measure.</summary>
    private string HangingConversion =>
        $"[ \"$1\" != measure ] || exec {_qemuImg} \"$@\"\nfor last; do :; done\necho x > \"$last\"\necho $$ > \"$0.new\"\nmv \"$0.new\" \"$0.pid\"\nsleep 1000\nexit 1";

    // A shell writes it: a file that this process has open for writing while another test starts a program cannot be executed (ETXTBSY).
    private static Task<string> ScriptAsync(TemporaryFolder folder, string body) => Command.OutputAsync(
        "/bin/sh", ["-c", "printf '%s' \"$1\" > \"$2\" && chmod 700 \"$2\"", "sh", $"#!/bin/sh\n{body}\n", folder.Combine("qemu-img")]);

    private static async Task<int> PidAsync(TemporaryFolder folder)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(1));
        while (!File.Exists(folder.Combine("qemu-img.pid")))
            await Task.Delay(20, deadline.Token);
        return int.Parse(await File.ReadAllTextAsync(folder.Combine("qemu-img.pid"), deadline.Token), CultureInfo.InvariantCulture);
    }

    private static async Task UntilGoneAsync(int process)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(1));
        while (System.IO.Directory.Exists($"/proc/{process}"))
            await Task.Delay(20, deadline.Token);
    }

    private static string[] Unpublished(TestPool pool) =>
        [.. System.IO.Directory.GetFiles(pool.Files, "*", SearchOption.AllDirectories).Where(path => !pool.Published.Contains(Path.GetFileName(path)) && !path.EndsWith(".mark", StringComparison.Ordinal))];

    private async Task<(BaseImport Import, string Path)> DefineQcow2Async(TestPool pool)
    {
        using TemporaryFolder folder = new();
        string raw = await folder.WriteAsync("disk", Disk);
        await Command.OutputAsync(_qemuImg, ["convert", "-f", "raw", "-O", "qcow2", raw, folder.Combine("disk.qcow2")]);
        byte[] content = await File.ReadAllBytesAsync(folder.Combine("disk.qcow2"));
        BaseImport import = await pool.DefineAsync(Samples.Digest(content), content, DiskFormat.Qcow2, DiskSize);
        return (import, import.Source.Path);
    }
}
