using System.Security.Cryptography;
using LimiQuantix.Images;
using LimiQuantix.Jobs;
using LimiQuantix.Nodes;
using LimiQuantix.Storage;
using NUnit.Framework;

namespace LimiQuantix.Conformance;

public abstract partial class StorageSuite
{
    private IProviderJobs Jobs => Provider.GetCapability<IProviderJobs>() ?? throw new AssertionException("Every backend has its jobs as a capability.");

    [Test]
    public async Task Base_is_imported_by_a_job_and_found()
    {
        var import = await NewImportAsync();
        Assert.That(await Provider.FindBaseAsync(import.Digest).WaitAsync(Patience), Is.Null);

        var end = await ImportedAsync(import);

        Assert.That(end.Phase, Is.EqualTo(JobPhase.Succeeded), end.Error?.Message);
        Assert.That(end.Outcome, Is.TypeOf<BaseImportResult>());
        var found = await Provider.FindBaseAsync(import.Digest).WaitAsync(Patience);
        Assert.That(found, Is.EqualTo(((BaseImportResult)end.Outcome!).Base));
        Assert.That(found!.Digest, Is.EqualTo(import.Digest));
        Assert.That(found.VirtualSizeBytes, Is.EqualTo(import.VirtualSizeBytes));
    }

    [Test]
    public async Task Volume_begins_as_its_base_which_goes_with_its_last_volume()
    {
        var import = await NewImportAsync();
        await ImportedAsync(import);
        var one = NewVolume() with { Source = new BaseVolumeSource { Digest = import.Digest } };
        var two = NewVolume() with { Source = new BaseVolumeSource { Digest = import.Digest } };

        Assert.That((await Provider.EnsureVolumeAsync(one).WaitAsync(Patience)).BaseDigest, Is.EqualTo(import.Digest).Or.Null);
        await Provider.EnsureVolumeAsync(two).WaitAsync(Patience);
        await Provider.EnsureVolumeAsync(one).WaitAsync(Patience);
        await RefusedAsync(ErrorCodes.InvalidArgument, () => Provider.EnsureVolumeAsync(NewVolume() with { Source = new BaseVolumeSource { Digest = import.Digest }, SizeBytes = import.VirtualSizeBytes - 512 }));
        await RefusedAsync(ErrorCodes.Conflict, () => Provider.EnsureVolumeAsync(one with { Source = new BlankVolumeSource() }));
        await Provider.DeleteVolumeAsync(one.Ownership.ResourceId).WaitAsync(Patience);
        await Provider.EnsureVolumeAsync(two).WaitAsync(Patience);
        await Provider.DeleteVolumeAsync(two.Ownership.ResourceId).WaitAsync(Patience);
        Assert.That(await AllAsync(Provider.ListAsync()), Is.Empty);
    }

    [Test]
    public async Task Job_of_a_known_id_is_the_same_job()
    {
        var import = await NewImportAsync();
        await ImportedAsync(import);

        var again = await Provider.ImportBaseAsync(import with { Source = import.Source with { Path = "/nowhere/else" } }).WaitAsync(Patience);

        Assert.That(again.Phase, Is.EqualTo(JobPhase.Succeeded));
        Assert.That((await Jobs.FindAsync(ShortCalls.JobOf(import)).WaitAsync(Patience))!.Phase, Is.EqualTo(JobPhase.Succeeded));
        await RefusedAsync(ErrorCodes.Conflict, () => Provider.ImportBaseAsync(import with { Digest = new ImageDigest("sha256", new string('1', 64)) }, ShortCalls.JobOf(import)));
        await Jobs.ForgetAsync(ShortCalls.JobOf(import)).WaitAsync(Patience);
        Assert.That(await Jobs.FindAsync(ShortCalls.JobOf(import)).WaitAsync(Patience), Is.Null);
        Assert.That((await ImportedAsync(import)).Phase, Is.EqualTo(JobPhase.Succeeded), "a job that was forgotten is begun anew, and the base is there");
    }

    [Test]
    public async Task No_such_job_is_an_answer()
    {
        var id = Guid.CreateVersion7();

        Assert.That(await Jobs.FindAsync(id).WaitAsync(Patience), Is.Null);
        Assert.That(await AllAsync(Jobs.WatchAsync(id)), Is.Empty);
        await Jobs.ForgetAsync(id).WaitAsync(Patience);
    }

    [Test]
    public async Task Job_that_was_cancelled_before_it_began_does_nothing()
    {
        var import = await NewImportAsync();
        await Jobs.CancelAsync(ShortCalls.JobOf(import)).WaitAsync(Patience);

        Assert.That((await ImportedAsync(import)).Phase, Is.EqualTo(JobPhase.Cancelled));
        Assert.That(await Provider.FindBaseAsync(import.Digest).WaitAsync(Patience), Is.Null);
    }

    [Test]
    public async Task Job_that_is_cancelled_leaves_the_base_whole_or_nothing()
    {
        SlowDown();
        var import = await NewImportAsync();
        await Provider.ImportBaseAsync(import).WaitAsync(Patience);
        await Jobs.CancelAsync(ShortCalls.JobOf(import)).WaitAsync(Patience);
        var end = (await AllAsync(Jobs.WatchAsync(ShortCalls.JobOf(import))))[^1];

        Assert.That(end.Phase, Is.EqualTo(JobPhase.Cancelled).Or.EqualTo(JobPhase.Succeeded));
        Assert.That(await Provider.FindBaseAsync(import.Digest).WaitAsync(Patience), end.Phase == JobPhase.Succeeded ? Is.Not.Null : Is.Null);
        Assert.That((await ImportedAsync(import, Guid.CreateVersion7())).Phase, Is.EqualTo(JobPhase.Succeeded));
    }

    [Test]
    public async Task Import_whose_source_is_gone_fails()
    {
        var import = await NewImportAsync();
        File.Delete(import.Source.Path);

        var end = await ImportedAsync(import);

        Assert.That((end.Phase, end.Error?.Code), Is.EqualTo((JobPhase.Failed, ErrorCodes.NotFound)));
        Assert.That(await Provider.FindBaseAsync(import.Digest).WaitAsync(Patience), Is.Null);
    }

    [Test]
    public async Task Import_that_is_not_valid_is_refused()
    {
        var valid = await NewImportAsync();
        await RefusedAsync(ErrorCodes.InvalidArgument, () => Provider.ImportBaseAsync(valid, Guid.Empty));
        await RefusedAsync(ErrorCodes.InvalidArgument, () => Provider.ImportBaseAsync(valid with { LengthBytes = 0 }));
        await RefusedAsync(ErrorCodes.InvalidArgument, () => Provider.ImportBaseAsync(valid with { VirtualSizeBytes = -512 }));
        await RefusedAsync(ErrorCodes.UnsupportedFormat, () => Provider.ImportBaseAsync(valid with { Format = DiskFormat.Unknown }));
        Assert.That(() => Provider.ImportBaseAsync(null!), Throws.ArgumentNullException);
        Assert.That(() => Provider.FindBaseAsync(null!), Throws.ArgumentNullException);
    }

    [Test]
    public async Task Many_jobs_for_one_base_make_it_once()
    {
        var import = await NewImportAsync();
        await TogetherAsync(async number =>
        {
            // Some share a job, some have their own.
            var end = await ImportedAsync(import, number % 2 == 0 ? ShortCalls.JobOf(import) : Guid.CreateVersion7());
            Assert.That(end.Phase, Is.EqualTo(JobPhase.Succeeded), end.Error?.Message);
        });

        Assert.That(await Provider.FindBaseAsync(import.Digest).WaitAsync(Patience), Is.Not.Null);
    }

    [Test]
    public async Task Watch_of_a_job_shows_its_life_and_ends_with_it()
    {
        SlowDown();
        var import = await NewImportAsync();
        await Provider.ImportBaseAsync(import).WaitAsync(Patience);

        var life = await AllAsync(Jobs.WatchAsync(ShortCalls.JobOf(import)));

        Assert.That(life.Select(item => item.JobId), Is.All.EqualTo(ShortCalls.JobOf(import)));
        Assert.That(life.Select(item => item.Revision), Is.Ordered.Ascending.And.Unique);
        Assert.That(life[^1].Phase, Is.EqualTo(JobPhase.Succeeded));
        Assert.That(life.SkipLast(1).Select(item => item.Phase), Is.All.EqualTo(JobPhase.Running));
    }

    private async Task<JobObservation> ImportedAsync(BaseImport import, Guid? jobId = null)
    {
        var job = jobId ?? ShortCalls.JobOf(import);
        await Provider.ImportBaseAsync(import, job).WaitAsync(Patience);
        return (await AllAsync(Jobs.WatchAsync(job)))[^1];
    }

    /// <summary>A raw disk of its own bytes, in a file.</summary>
    private async Task<BaseImport> NewImportAsync()
    {
        var bytes = RandomNumberGenerator.GetBytes((int)MiB);
        var path = Host.Combine($"{Guid.NewGuid():N}.raw");
        await File.WriteAllBytesAsync(path, bytes);
        return new BaseImport
        {
            Digest = new ImageDigest("sha256", Convert.ToHexStringLower(SHA256.HashData(bytes))),
            Format = DiskFormat.Raw,
            LengthBytes = bytes.Length,
            VirtualSizeBytes = bytes.Length,
            Source = new NodeFile { NodeId = Context.NodeId, Path = path },
        };
    }
}
