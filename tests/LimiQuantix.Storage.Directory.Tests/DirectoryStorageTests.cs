using LimiQuantix.Conformance;
using LimiQuantix.Diagnostics;
using LimiQuantix.Images;
using LimiQuantix.Jobs;
using LimiQuantix.Testing;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Storage.Directory.Tests;

/// <summary>What the pool does without qemu-img.</summary>
[TestFixture]
internal sealed class DirectoryStorageTests
{
    private static readonly byte[] Content = Samples.Qcow2(8 * Samples.MiB);
    private static readonly ImageDigest Digest = Samples.Digest(Content);

    [Test]
    public async Task Opening_touches_nothing()
    {
        await using TestPool pool = new();
        Assert.That(System.IO.Directory.Exists(pool.Options.Path), Is.False);
    }

    [Test]
    public async Task Base_appears_whole_and_read_only()
    {
        await using TestPool pool = new();
        BaseImport import = await pool.DefineAsync(Digest, Content, DiskFormat.Qcow2, 8 * Samples.MiB);
        JobObservation end = await pool.ImportAsync(import);
        Assert.That((end.Phase, end.Progress!.Step), Is.EqualTo((JobPhase.Succeeded, "publish")));
        BaseObservation made = ((BaseImportResult)end.Outcome!).Base;
        Assert.That((made.Digest, made.VirtualSizeBytes), Is.EqualTo((Digest, 8 * Samples.MiB)));
        Assert.That(await pool.Storage.FindBaseAsync(Digest), Is.EqualTo(made));
        string path = Path.Combine(pool.Files, $"base-sha256-{Digest.Hex}.qcow2");
        Assert.That(await File.ReadAllBytesAsync(path), Is.EqualTo(Content));
        Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead));
        Assert.That(pool.Published, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Base_that_is_there_is_not_written_again()
    {
        await using TestPool pool = new();
        Assert.That(await pool.Storage.FindBaseAsync(Digest), Is.Null);
        BaseImport import = await pool.DefineAsync(Digest, Content, DiskFormat.Qcow2, 8 * Samples.MiB);
        await pool.ImportAsync(import);
        File.Delete(import.Source.Path);
        Assert.That((await pool.ImportAsync(import, Guid.CreateVersion7())).Phase, Is.EqualTo(JobPhase.Succeeded));
    }

    [Test]
    public async Task Same_job_is_one_and_with_another_definition_a_conflict_wherever_the_bytes_come_from()
    {
        await using TestPool pool = new();
        BaseImport import = await pool.DefineAsync(Digest, Content, DiskFormat.Qcow2, 8 * Samples.MiB);
        JobObservation end = await pool.ImportAsync(import);
        BaseImport moved = import with { Source = import.Source with { Path = import.Source.Path + "-moved" } };
        Assert.That(await pool.Storage.ImportBaseAsync(moved), Is.EqualTo(end));
        await RefusedAsync(pool.Storage.ImportBaseAsync(import with { VirtualSizeBytes = 9 * Samples.MiB }), ErrorCodes.Conflict);
    }

    [Test]
    public async Task Ten_jobs_for_one_base_publish_it_once()
    {
        await using TestPool pool = new();
        BaseImport import = await pool.DefineAsync(Digest, Content, DiskFormat.Qcow2, 8 * Samples.MiB);
        JobObservation[] ends = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => pool.ImportAsync(import, Guid.CreateVersion7())));
        Assert.That(ends.Select(end => end.Phase), Is.All.EqualTo(JobPhase.Succeeded));
        Assert.That(pool.Published, Has.Length.EqualTo(1));
        AssertOnlyTheLockIsLeft(pool);
    }

    [Test]
    public async Task Base_that_names_another_file_or_has_another_size_is_refused_and_leaves_nothing()
    {
        await using TestPool pool = new();
        byte[] external = Samples.Qcow2(8 * Samples.MiB);
        SampleImages.Set64(external, 72, 4);
        foreach (byte[] content in (byte[][])[Samples.Qcow2(8 * Samples.MiB, "/etc/shadow"), external, Samples.Qcow2(9 * Samples.MiB), Content[..(Content.Length / 2)]])
        {
            BaseImport import = await pool.DefineAsync(Samples.Digest(content), content, DiskFormat.Qcow2, 8 * Samples.MiB);
            Assert.That((await pool.ImportAsync(import)).Error!.Code, Is.EqualTo(ErrorCodes.DataCorrupt));
        }
        Assert.That(pool.Published, Is.Empty);
        AssertOnlyTheLockIsLeft(pool);
    }

    [Test]
    public async Task Image_that_is_gone_or_changed_is_told()
    {
        await using TestPool pool = new();
        BaseImport import = await pool.DefineAsync(Digest, Content, DiskFormat.Qcow2, 8 * Samples.MiB);
        Assert.That((await pool.ImportAsync(import with { LengthBytes = 7 })).Error!.Code, Is.EqualTo(ErrorCodes.DataCorrupt));
        File.Delete(import.Source.Path);
        Assert.That((await pool.ImportAsync(import, Guid.CreateVersion7())).Error!.Code, Is.EqualTo(ErrorCodes.NotFound));
        await RefusedAsync(
            pool.Storage.ImportBaseAsync(import with { Source = import.Source with { NodeId = new Nodes.NodeId("far") } }, Guid.CreateVersion7()),
            ErrorCodes.FailedPrecondition);
    }

    [Test]
    public async Task Base_that_a_killed_process_was_writing_is_removed_and_made_anew()
    {
        await using TestPool pool = new();
        BaseImport import = await pool.DefineAsync(Digest, Content, DiskFormat.Qcow2, 8 * Samples.MiB);
        await pool.Storage.GetStatusAsync();
        string left = Path.Combine(pool.Files, ".tmp-dead");
        System.IO.Directory.CreateDirectory(left);
        await File.WriteAllBytesAsync(Path.Combine(left, "half"), Content.AsMemory(0, 1000));
        await File.WriteAllTextAsync(left + ".lock", "");
        await pool.ReopenAsync();
        Assert.That(await pool.Storage.GetCapability<IProviderJobs>()!.FindAsync(ShortCalls.JobOf(import)), Is.Null, "no such job is an answer");
        Assert.That((await pool.ImportAsync(import)).Phase, Is.EqualTo(JobPhase.Succeeded));
        AssertOnlyTheLockIsLeft(pool);
    }

    [Test]
    public async Task Raw_base_is_filled_up_to_its_last_sector()
    {
        await using TestPool pool = new();
        byte[] disk = Samples.RawDisk(1000);
        await pool.WriteBaseAsync(Samples.Digest(disk), disk, DiskFormat.Raw, 1024);
        Assert.That(new FileInfo(Path.Combine(pool.Files, pool.Published.Single())).Length, Is.EqualTo(1024));
    }

    [Test]
    public async Task Definitions_that_no_file_fulfils_are_refused()
    {
        await using TestPool pool = new();
        BaseImport import = await pool.DefineAsync(Digest, Content, DiskFormat.Qcow2, 8 * Samples.MiB);
        await RefusedAsync(pool.Storage.ImportBaseAsync(import with { Format = DiskFormat.Unknown }), ErrorCodes.UnsupportedFormat);
        await RefusedAsync(pool.Storage.ImportBaseAsync(import with { LengthBytes = 0 }), ErrorCodes.InvalidArgument);
        await RefusedAsync(pool.Storage.ImportBaseAsync(import with { VirtualSizeBytes = 1000 }), ErrorCodes.InvalidArgument);
        await RefusedAsync(pool.Storage.ImportBaseAsync(import with { Format = DiskFormat.Raw }), ErrorCodes.InvalidArgument);
        await RefusedAsync(pool.Storage.ImportBaseAsync(import, Guid.Empty), ErrorCodes.InvalidArgument);
        await RefusedAsync(
            pool.Storage.ImportBaseAsync(import with { Source = import.Source with { Path = "json:{}" } }), ErrorCodes.InvalidArgument);
        await RefusedAsync(pool.Storage.EnsureVolumeAsync(pool.Volume(1000)), ErrorCodes.InvalidArgument);
        await RefusedAsync(pool.Storage.EnsureVolumeAsync(pool.Volume(-512)), ErrorCodes.InvalidArgument);
        await RefusedAsync(pool.Storage.EnsureVolumeAsync(pool.Volume(512, id: Guid.Empty)), ErrorCodes.InvalidArgument);
        VolumeDefinition foreign = pool.Volume(512) with { Ownership = new Ownership { InstallationId = Guid.NewGuid(), ResourceId = Guid.NewGuid() } };
        await RefusedAsync(pool.Storage.EnsureVolumeAsync(foreign), ErrorCodes.InvalidArgument);
        await RefusedAsync(pool.Storage.EnsureVolumeAsync(pool.Volume(512, Digest)), ErrorCodes.NotFound);
    }

    [Test]
    public async Task Volumes_are_listed_and_others_files_are_not()
    {
        await using TestPool pool = new();
        Assert.That(await pool.ListAsync(), Is.Empty);
        Guid overlay = Guid.CreateVersion7();
        Guid broken = Guid.CreateVersion7();
        await AddFileAsync(pool, $"{overlay:D}.qcow2", Samples.Qcow2(8 * Samples.MiB, PoolName.Base(Digest, DiskFormat.Qcow2)));
        await AddFileAsync(pool, $"{broken:D}.qcow2", new byte[10]);
        await AddFileAsync(pool, "holiday.qcow2", Samples.Qcow2(1));
        List<VolumeObservation> volumes = await pool.ListAsync();
        Assert.That(volumes.Select(volume => volume.VolumeId), Is.EquivalentTo([overlay, broken]));
        VolumeObservation listed = volumes.Single(volume => volume.VolumeId == overlay);
        Assert.That((listed.SizeBytes, listed.BaseDigest), Is.EqualTo((8 * Samples.MiB, Digest)));
        Assert.That(pool.Log.Lines.Single(line => line.Level == LogLevel.Warning).Message, Does.Contain(broken.ToString()));
    }

    [Test]
    public async Task Base_goes_with_its_last_volume()
    {
        await using TestPool pool = new();
        (Guid first, Guid second) = await AddOverlaysAsync(pool);
        await pool.Storage.DeleteVolumeAsync(first);
        Assert.That(pool.Published, Has.Length.EqualTo(2));
        await pool.Storage.DeleteVolumeAsync(second);
        Assert.That(pool.Published, Is.Empty);
    }

    [Test]
    public async Task Base_stays_when_it_is_to_be_kept()
    {
        await using TestPool pool = new(options => options.KeepUnusedBases = true);
        (Guid first, Guid second) = await AddOverlaysAsync(pool);
        await pool.Storage.DeleteVolumeAsync(first);
        await pool.Storage.DeleteVolumeAsync(second);
        Assert.That(pool.Published, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Base_stays_while_a_volume_cannot_be_read()
    {
        await using TestPool pool = new();
        (Guid first, Guid second) = await AddOverlaysAsync(pool);
        await AddFileAsync(pool, $"{Guid.CreateVersion7():D}.qcow2", new byte[10]);
        await pool.Storage.DeleteVolumeAsync(first);
        await pool.Storage.DeleteVolumeAsync(second);
        Assert.That(pool.Published.Count(name => name.StartsWith("base-", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task Base_waits_for_the_volume_it_was_asked_for()
    {
        await using TestPool pool = new();
        (Guid first, Guid second) = await AddOverlaysAsync(pool);
        Assert.That(await pool.Storage.FindBaseAsync(Digest), Is.Not.Null, "a second machine is about to be made");
        await pool.Storage.DeleteVolumeAsync(first);
        await pool.Storage.DeleteVolumeAsync(second);
        Assert.That(pool.Published, Has.Length.EqualTo(1));
        pool.Time.Advance(BaseUse.ReservationTime);
        await pool.Storage.DeleteVolumeAsync(Guid.CreateVersion7());
        Assert.That(pool.Published, Is.Empty);
    }

    [Test]
    public async Task Full_copy_holds_its_base_by_its_name()
    {
        await using TestPool pool = new();
        await pool.WriteBaseAsync(Digest, Content, DiskFormat.Qcow2, 8 * Samples.MiB);
        await pool.ReopenAsync();
        Guid copy = Guid.CreateVersion7();
        await pool.ListAsync();
        await AddFileAsync(pool, PoolName.Volume(copy, Digest), Samples.Qcow2(8 * Samples.MiB));
        Assert.That((await pool.ListAsync()).Single().BaseDigest, Is.EqualTo(Digest));
        await pool.Storage.DeleteVolumeAsync(Guid.CreateVersion7());
        Assert.That(pool.Published, Has.Length.EqualTo(2));
        await pool.Storage.DeleteVolumeAsync(copy);
        Assert.That(pool.Published, Is.Empty);
    }

    [Test]
    public async Task Attachment_is_the_file_on_the_pools_node_only()
    {
        await using TestPool pool = new();
        (Guid volume, _) = await AddOverlaysAsync(pool);
        DiskAttachment attachment = await pool.Storage.AttachAsync(volume, Nodes.NodeId.Local, VolumeAccess.ReadOnly);
        Assert.That(attachment, Is.EqualTo(new FileDisk
        {
            NodeId = Nodes.NodeId.Local,
            Path = Path.Combine(pool.Files, $"{volume:D}.qcow2"),
            Format = DiskFormat.Qcow2,
            IsReadOnly = true,
        }));
        await pool.Storage.DetachAsync(volume, Nodes.NodeId.Local);
        await RefusedAsync(pool.Storage.AttachAsync(volume, new Nodes.NodeId("other"), VolumeAccess.ReadWrite), ErrorCodes.FailedPrecondition);
        await RefusedAsync(pool.Storage.AttachAsync(Guid.NewGuid(), Nodes.NodeId.Local, VolumeAccess.ReadWrite), ErrorCodes.NotFound);
        pool.Options.IsShared = true;
        DiskAttachment shared = await pool.Storage.AttachAsync(volume, new Nodes.NodeId("other"), VolumeAccess.ReadWrite);
        Assert.That(shared.NodeId, Is.EqualTo(new Nodes.NodeId("other")));
    }

    [Test]
    public async Task Little_free_space_is_warned_of_once_and_degrades()
    {
        await using TestPool pool = new(options => options.WarnBelowPercentFree = 100);
        pool.Options.QemuImg = Environment.ProcessPath;
        StoragePoolStatus status = await pool.Storage.GetStatusAsync();
        await pool.Storage.GetStatusAsync();
        Assert.That(status.Warning, Does.Contain("% of the file system is free"));
        Assert.That(status.AvailableBytes, Is.InRange(1, status.CapacityBytes));
        ProviderHealth health = await pool.Storage.CheckHealthAsync();
        Assert.That(health.Status, Is.EqualTo(ProviderHealthStatus.Degraded));
        Assert.That(pool.Log.Lines.Count(line => line.Level == LogLevel.Warning), Is.EqualTo(1));
    }

    [Test]
    public async Task Too_little_free_space_refuses_bases_and_volumes()
    {
        await using TestPool pool = new(options => options.RefuseBelowPercentFree = options.WarnBelowPercentFree = 100);
        JobObservation end = await pool.ImportAsync(await pool.DefineAsync(Digest, Content, DiskFormat.Qcow2, 8 * Samples.MiB));
        Assert.That(end.Error!.Code, Is.EqualTo(ErrorCodes.InsufficientSpace));
        await RefusedAsync(pool.Storage.EnsureVolumeAsync(pool.Volume(Samples.MiB)), ErrorCodes.InsufficientSpace);
        Assert.That(pool.Published, Is.Empty);
    }

    [Test]
    public async Task Missing_qemu_img_is_told_with_its_package()
    {
        await using TestPool pool = new();
        pool.Options.QemuImg = Path.Combine(pool.Files, "no-such-program");
        await pool.ReopenAsync();
        LimiQuantixException error = await RefusedAsync(pool.Storage.EnsureVolumeAsync(pool.Volume(Samples.MiB)), ErrorCodes.MissingPrerequisite);
        Assert.That(error.Remedy, Does.Contain("qemu-utils"));
        Assert.That((await pool.Storage.CheckHealthAsync()).Status, Is.EqualTo(ProviderHealthStatus.Unhealthy));
        IReadOnlyList<Prerequisite> needs = await pool.Storage.GetCapability<IReportsPrerequisites>()!.CheckPrerequisitesAsync();
        Assert.That(needs[0].Status, Is.EqualTo(PrerequisiteStatus.Missing));
        Assert.That(needs[0].Remedy, Does.Contain("apt-get install qemu-utils"));
    }

    [Test]
    public async Task Pool_that_is_no_folder_is_unhealthy_and_refuses()
    {
        await using TestPool pool = new();
        await File.WriteAllTextAsync(pool.Options.Path!, "a file");
        ProviderHealth health = await pool.Storage.CheckHealthAsync();
        Assert.That(health.Status, Is.EqualTo(ProviderHealthStatus.Unhealthy));
        await RefusedAsync(pool.Storage.GetStatusAsync(), ErrorCodes.Unavailable);
    }

    [Test]
    public async Task Folder_that_lets_no_other_user_pass_is_told()
    {
        await using TestPool pool = new();
        await pool.ListAsync();
        IReportsPrerequisites doctor = pool.Storage.GetCapability<IReportsPrerequisites>()!;
        File.SetUnixFileMode(pool.Options.Path!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Prerequisite folder = (await doctor.CheckPrerequisitesAsync())[1];
        Assert.That(folder.Status, Is.EqualTo(PrerequisiteStatus.Unusable));
        Assert.That(folder.Remedy, Does.Contain("chmod o+x " + pool.Options.Path));
    }

    [Test]
    public async Task Folders_let_others_pass_and_not_list()
    {
        await using TestPool pool = new();
        await pool.ListAsync();
        const UnixFileMode Expected = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        Assert.That(File.GetUnixFileMode(pool.Options.Path!), Is.EqualTo(Expected));
        Assert.That(File.GetUnixFileMode(pool.Files), Is.EqualTo(Expected));
    }

    [Test]
    public async Task Disposed_pool_leaves_no_temporary_file_and_answers_no_call()
    {
        await using TestPool pool = new();
        await pool.ListAsync();
        await pool.Storage.DisposeAsync();
        Assert.That(pool.Names, Is.Empty);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pool.Storage.GetStatusAsync());
    }

    private static void AssertOnlyTheLockIsLeft(TestPool pool) => Assert.That(
        System.IO.Directory.GetFiles(pool.Files, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Except(pool.Published).Single(), Does.EndWith(".lock"));

    /// <summary>A base and two overlays on it, as a run before left them: nothing is reserved.</summary>
    private static async Task<(Guid First, Guid Second)> AddOverlaysAsync(TestPool pool)
    {
        await pool.WriteBaseAsync(Digest, Content, DiskFormat.Qcow2, 8 * Samples.MiB);
        (Guid first, Guid second) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        foreach (Guid id in (Guid[])[first, second])
            await AddFileAsync(pool, $"{id:D}.qcow2", Samples.Qcow2(8 * Samples.MiB, PoolName.Base(Digest, DiskFormat.Qcow2)));
        await pool.ReopenAsync();
        return (first, second);
    }

    private static Task AddFileAsync(TestPool pool, string name, byte[] content) => File.WriteAllBytesAsync(Path.Combine(pool.Files, name), content);

    private static async Task<LimiQuantixException> RefusedAsync(Task call, string code)
    {
        LimiQuantixException error = (await Assert.ThrowsAsync<LimiQuantixException>(() => call))!;
        Assert.That(error.Code, Is.EqualTo(code));
        return error;
    }
}
