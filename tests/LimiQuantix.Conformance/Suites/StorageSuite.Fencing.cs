using LimiQuantix.Jobs;
using LimiQuantix.Storage;
using NUnit.Framework;

namespace LimiQuantix.Conformance;

public abstract partial class StorageSuite
{
    [Test]
    public async Task Superseded_engine_changes_no_volume()
    {
        var volume = NewVolume();
        var id = volume.Ownership.ResourceId;
        _made.Remove(id);
        await OnlyLaterEnginesAsync(
            [
                call => Provider.EnsureVolumeAsync(new EnsureVolumeRequest { Call = call, Definition = volume }),
                call => Provider.AttachAsync(new AttachVolumeRequest
                {
                    Call = call, AttachmentId = id, VolumeId = id, MachineId = id, Node = Context.NodeId, Access = VolumeAccess.ReadWrite,
                }),
                call => Provider.DetachAsync(new DetachVolumeRequest { Call = call, AttachmentId = id, VolumeId = id, Node = Context.NodeId }),
                call => Provider.DeleteVolumeAsync(new DeleteVolumeRequest { Call = call, VolumeId = id }),
            ],
            async () => (await AllAsync(Provider.ListAsync())).Single(item => item.VolumeId == id).Mark);
        Assert.That(await AllAsync(Provider.ListAsync()), Is.Empty);
    }

    [Test]
    public async Task Superseded_engine_begins_and_ends_no_job()
    {
        var import = await NewImportAsync();
        var job = ShortCalls.JobOf(import);
        await Provider.ImportBaseAsync(new ImportBaseRequest { Call = Heard, JobId = job, Import = import }).WaitAsync(Patience);
        await foreach (var _ in Jobs.WatchAsync(job)) { }

        foreach (var superseded in new[] { Heard with { Era = 1, EngineToken = 9 }, Heard with { EngineToken = 4 } })
        {
            await RefusedAsync(ErrorCodes.Fenced, () => Provider.ImportBaseAsync(new ImportBaseRequest { Call = superseded, JobId = job, Import = import }));
            await RefusedAsync(ErrorCodes.Fenced, () => Jobs.CancelAsync(new CancelJobRequest { Call = superseded, JobId = job }));
            await RefusedAsync(ErrorCodes.Fenced, () => Jobs.ForgetAsync(new ForgetJobRequest { Call = superseded, JobId = job }));
        }

        Assert.That((await Jobs.FindAsync(job).WaitAsync(Patience))!.Phase, Is.EqualTo(JobPhase.Succeeded));
        await Jobs.ForgetAsync(new ForgetJobRequest { Call = Heard, JobId = job }).WaitAsync(Patience);
    }
}
