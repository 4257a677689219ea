using LimiQuantix.Storage;
using NUnit.Framework;

namespace LimiQuantix.Conformance;

public abstract partial class StorageSuite
{
    [Test]
    public async Task Volume_grows_and_is_then_the_larger_one()
    {
        if (Provider.GetCapability<ISupportsGrowth>() is not { } growth)
        {
            Assert.Ignore("Its volumes do not grow.");
            return;
        }

        var volume = NewVolume();
        var id = volume.Ownership.ResourceId;
        await Provider.EnsureVolumeAsync(volume).WaitAsync(Patience);

        Assert.That((await growth.GrowVolumeAsync(id, 3 * MiB).WaitAsync(Patience)).SizeBytes, Is.EqualTo(3 * MiB));
        Assert.That((await growth.GrowVolumeAsync(id, 3 * MiB).WaitAsync(Patience)).SizeBytes, Is.EqualTo(3 * MiB), "once more is the same");
        Assert.That((await Provider.EnsureVolumeAsync(volume with { SizeBytes = 3 * MiB }).WaitAsync(Patience)).SizeBytes, Is.EqualTo(3 * MiB));
        await RefusedAsync(ErrorCodes.Conflict, () => Provider.EnsureVolumeAsync(volume));
        Assert.That((await AllAsync(Provider.ListAsync())).Single().SizeBytes, Is.EqualTo(3 * MiB));
    }

    [Test]
    public async Task Volume_shrinks_not_and_what_is_absent_does_not_grow()
    {
        if (Provider.GetCapability<ISupportsGrowth>() is not { } growth)
        {
            Assert.Ignore("Its volumes do not grow.");
            return;
        }

        var volume = NewVolume();
        var id = volume.Ownership.ResourceId;
        await RefusedAsync(ErrorCodes.NotFound, () => growth.GrowVolumeAsync(id, 3 * MiB));
        await Provider.EnsureVolumeAsync(volume).WaitAsync(Patience);

        foreach (var size in new[] { MiB, 0, -512, (3 * MiB) + 1, long.MaxValue / 512 * 512 })
            await RefusedAsync(ErrorCodes.InvalidArgument, () => growth.GrowVolumeAsync(id, size));
        Assert.That((await Provider.EnsureVolumeAsync(volume).WaitAsync(Patience)).SizeBytes, Is.EqualTo(volume.SizeBytes));
    }

    [Test]
    public async Task Superseded_engine_lets_no_volume_grow()
    {
        if (Provider.GetCapability<ISupportsGrowth>() is not { } growth)
        {
            Assert.Ignore("Its volumes do not grow.");
            return;
        }

        var volume = NewVolume();
        var id = volume.Ownership.ResourceId;
        await Provider.EnsureVolumeAsync(new EnsureVolumeRequest { Call = Heard, Definition = volume }).WaitAsync(Patience);

        await RefusedAsync(ErrorCodes.Fenced, () => growth.GrowVolumeAsync(new GrowVolumeRequest { Call = Heard with { EngineToken = 4 }, VolumeId = id, SizeBytes = 3 * MiB }));
        Assert.That((await growth.GrowVolumeAsync(new GrowVolumeRequest { Call = Heard, VolumeId = id, SizeBytes = 3 * MiB }).WaitAsync(Patience)).SizeBytes, Is.EqualTo(3 * MiB));
        var attach = new DetachVolumeRequest { Call = Heard, AttachmentId = id, VolumeId = id, Node = Context.NodeId };
        await Provider.DetachAsync(attach).WaitAsync(Patience);
        await Provider.DeleteVolumeAsync(new DeleteVolumeRequest { Call = Heard, VolumeId = id }).WaitAsync(Patience);
        _made.Remove(id);
    }
}
