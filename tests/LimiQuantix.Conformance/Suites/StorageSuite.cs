using LimiQuantix.Images;
using LimiQuantix.Nodes;
using LimiQuantix.Storage;
using NUnit.Framework;

namespace LimiQuantix.Conformance;

/// <summary>What every <see cref="IStorageBackend"/> does. Volumes are in this file, bases in its other part.</summary>
public abstract partial class StorageSuite(bool isRemote) : ProviderSuite<IStorageBackend>(isRemote)
{
    private const long MiB = 1 << 20;
    private readonly List<Guid> _made = [];

    /// <summary>Makes another installation's volume in the pool, and gives its id when the contract could name it.</summary>
    protected abstract Task<Guid?> AddForeignAsync();

    /// <summary>Whether the other installation's volume is there still.</summary>
    protected abstract Task<bool> IsForeignThereAsync(Guid id);

    protected override async ValueTask CleanUpAsync()
    {
        foreach (var id in _made)
        {
            await Provider.DetachAsync(id, Context.NodeId).WaitAsync(Patience);
            await Provider.DeleteVolumeAsync(id).WaitAsync(Patience);
        }

        _made.Clear();
    }

    protected override IEnumerable<(string Member, Func<CancellationToken, Task> Call)> EveryCall()
    {
        var id = Guid.CreateVersion7();
        yield return (nameof(Provider.GetStatusAsync), token => Provider.GetStatusAsync(token));
        yield return (nameof(Provider.FindBaseAsync), token => Provider.FindBaseAsync(new ImageDigest("sha256", new string('0', 64)), token));
        yield return (nameof(Provider.ImportBaseAsync), async token => await Provider.ImportBaseAsync(await NewImportAsync(), cancellationToken: token));
        yield return (nameof(Jobs.FindAsync), token => Jobs.FindAsync(id, token));
        yield return (nameof(Jobs.WatchAsync), async token => await Jobs.WatchAsync(id, token).FirstOrDefaultAsync(token));
        yield return (nameof(Jobs.CancelAsync), token => Jobs.CancelAsync(id, token));
        yield return (nameof(Jobs.ForgetAsync), token => Jobs.ForgetAsync(id, token));
        yield return (nameof(Provider.EnsureVolumeAsync), token => Provider.EnsureVolumeAsync(NewVolume(), token));
        if (Provider.GetCapability<ISupportsGrowth>() is { } growth)
            yield return (nameof(growth.GrowVolumeAsync), token => growth.GrowVolumeAsync(id, 3 * MiB, token));
        yield return (nameof(Provider.AttachAsync), token => Provider.AttachAsync(id, Context.NodeId, VolumeAccess.ReadWrite, token));
        yield return (nameof(Provider.DetachAsync), token => Provider.DetachAsync(id, Context.NodeId, token));
        yield return (nameof(Provider.DeleteVolumeAsync), token => Provider.DeleteVolumeAsync(id, token));
        yield return (nameof(Provider.ListAsync), async token => await Provider.ListAsync(token).FirstOrDefaultAsync(token));
    }

    [Test]
    public async Task Volume_of_a_source_that_is_not_there_or_not_known_is_refused_and_leaves_nothing()
    {
        foreach (var source in new VolumeSource[]
        {
            new OtherVolumeSource { VolumeId = Guid.CreateVersion7() },
            new SnapshotVolumeSource { VolumeId = Guid.CreateVersion7(), SnapshotId = Guid.CreateVersion7() },
        })
        {
            try
            {
                await Provider.EnsureVolumeAsync(NewVolume() with { Source = source }).WaitAsync(Patience);
                Assert.Fail($"{source} was made.");
            }
            catch (LimiQuantixException refusal)
            {
                Assert.That(refusal.Code, Is.EqualTo(ErrorCodes.FailedPrecondition).Or.EqualTo(ErrorCodes.NotFound));
            }
        }

        Assert.That(await AllAsync(Provider.ListAsync()), Is.Empty);
    }

    [Test]
    public async Task Status_is_sound()
    {
        var status = await Provider.GetStatusAsync().WaitAsync(Patience);

        Assert.That(status.CapacityBytes, Is.Positive);
        Assert.That(status.AvailableBytes, Is.InRange(0, status.CapacityBytes));
    }

    [Test]
    public async Task Volume_is_made_once()
    {
        var volume = NewVolume();
        var made = await Provider.EnsureVolumeAsync(volume).WaitAsync(Patience);
        var again = await Provider.EnsureVolumeAsync(volume).WaitAsync(Patience);

        Assert.That(made.VolumeId, Is.EqualTo(volume.Ownership.ResourceId));
        Assert.That(made.SizeBytes, Is.EqualTo(volume.SizeBytes));
        Assert.That(made.BaseDigest, Is.Null);
        Assert.That(again with { AllocatedBytes = 0 }, Is.EqualTo(made with { AllocatedBytes = 0 }));
        Assert.That((await AllAsync(Provider.ListAsync())).Select(item => item with { AllocatedBytes = 0 }), Is.EqualTo(new[] { made with { AllocatedBytes = 0 } }));
    }

    [Test]
    public async Task Different_volume_is_a_conflict_and_changes_nothing()
    {
        var volume = NewVolume();
        await Provider.EnsureVolumeAsync(volume).WaitAsync(Patience);

        await RefusedAsync(ErrorCodes.Conflict, () => Provider.EnsureVolumeAsync(volume with { SizeBytes = 2 * volume.SizeBytes }));
        await RefusedAsync(ErrorCodes.Conflict, () => Provider.EnsureVolumeAsync(volume with { SizeBytes = volume.SizeBytes / 2 }));
        Assert.That((await Provider.EnsureVolumeAsync(volume).WaitAsync(Patience)).SizeBytes, Is.EqualTo(volume.SizeBytes));
    }

    [Test]
    public async Task Volume_that_is_not_valid_is_refused_and_not_made()
    {
        var valid = NewVolume();
        VolumeDefinition[] wrong =
        [
            valid with { SizeBytes = 0 },
            valid with { SizeBytes = -512 },
            valid with { SizeBytes = 1000 },
            valid with { SizeBytes = long.MaxValue / 512 * 512 },
            valid with { Ownership = valid.Ownership with { InstallationId = Guid.NewGuid() } },
            valid with { Ownership = valid.Ownership with { ResourceId = Guid.Empty } },
        ];

        foreach (var volume in wrong) await RefusedAsync(ErrorCodes.InvalidArgument, () => Provider.EnsureVolumeAsync(volume));
        Assert.That(await AllAsync(Provider.ListAsync()), Is.Empty);
    }

    [Test]
    public void Nothing_is_no_definition() => Assert.That(() => Provider.EnsureVolumeAsync(null!), Throws.ArgumentNullException);

    [Test]
    public async Task What_is_absent_is_not_found_and_can_be_deleted()
    {
        var id = Guid.CreateVersion7();
        await RefusedAsync(ErrorCodes.NotFound, () => Provider.AttachAsync(id, Context.NodeId, VolumeAccess.ReadWrite));
        await RefusedAsync(ErrorCodes.NotFound, () => Provider.EnsureVolumeAsync(NewVolume() with { Source = new BaseVolumeSource { Digest = new ImageDigest("sha256", new string('0', 64)) } }));
        await Provider.DetachAsync(id, Context.NodeId).WaitAsync(Patience);
        await Provider.DetachAsync(id, new NodeId("elsewhere")).WaitAsync(Patience);
        await Provider.DeleteVolumeAsync(id).WaitAsync(Patience);
        await Provider.DeleteVolumeAsync(Guid.Empty).WaitAsync(Patience);
    }

    [TestCase(VolumeAccess.ReadWrite, false)]
    [TestCase(VolumeAccess.ReadOnly, true)]
    public async Task Volume_is_attached_to_its_node_as_often_as_it_is_told(VolumeAccess access, bool isReadOnly)
    {
        var volume = NewVolume();
        var id = volume.Ownership.ResourceId;
        await Provider.EnsureVolumeAsync(volume).WaitAsync(Patience);
        var attachment = await Provider.AttachAsync(id, Context.NodeId, access).WaitAsync(Patience);

        Assert.That(attachment.NodeId, Is.EqualTo(Context.NodeId));
        Assert.That(attachment.IsReadOnly, Is.EqualTo(isReadOnly));
        Assert.That(Wire.ContractJson.ToBytes(await Provider.AttachAsync(id, Context.NodeId, access).WaitAsync(Patience)), Is.EqualTo(Wire.ContractJson.ToBytes(attachment)));
        await Provider.DetachAsync(id, Context.NodeId).WaitAsync(Patience);
        await Provider.DetachAsync(id, Context.NodeId).WaitAsync(Patience);
        await Provider.DeleteVolumeAsync(id).WaitAsync(Patience);
        Assert.That(await AllAsync(Provider.ListAsync()), Is.Empty);
    }

    [Test]
    public async Task Node_that_does_not_reach_the_pool_is_refused()
    {
        if ((await Provider.GetStatusAsync().WaitAsync(Patience)).IsShared) Assert.Ignore("Every node reaches the pool.");
        var volume = NewVolume();
        await Provider.EnsureVolumeAsync(volume).WaitAsync(Patience);

        await RefusedAsync(ErrorCodes.FailedPrecondition, () => Provider.AttachAsync(volume.Ownership.ResourceId, new NodeId("elsewhere"), VolumeAccess.ReadWrite));
    }

    [Test]
    public async Task List_shows_ours_and_foreign_volumes_are_never_touched()
    {
        var foreign = await AddForeignAsync();
        var one = NewVolume();
        var two = NewVolume();
        await Provider.EnsureVolumeAsync(one).WaitAsync(Patience);
        await Provider.EnsureVolumeAsync(two).WaitAsync(Patience);

        Assert.That((await AllAsync(Provider.ListAsync())).Select(item => item.VolumeId), Is.EquivalentTo(new[] { one.Ownership.ResourceId, two.Ownership.ResourceId }));
        if (foreign is not { } id) return;
        await RefusedAsync(ErrorCodes.NotFound, () => Provider.AttachAsync(id, Context.NodeId, VolumeAccess.ReadWrite));
        await Provider.DetachAsync(id, Context.NodeId).WaitAsync(Patience);
        await Provider.DeleteVolumeAsync(id).WaitAsync(Patience);
        Assert.That(await IsForeignThereAsync(id), Is.True);
    }

    [Test]
    public async Task Many_callers_make_attach_and_delete_one_volume()
    {
        var volume = NewVolume();
        var id = volume.Ownership.ResourceId;

        await TogetherAsync(_ => Provider.EnsureVolumeAsync(volume));
        Assert.That(await AllAsync(Provider.ListAsync()), Has.Count.EqualTo(1));
        await TogetherAsync(_ => Provider.AttachAsync(id, Context.NodeId, VolumeAccess.ReadWrite));
        await TogetherAsync(_ => Provider.DetachAsync(id, Context.NodeId));
        await TogetherAsync(_ => Provider.DeleteVolumeAsync(id));
        Assert.That(await AllAsync(Provider.ListAsync()), Is.Empty);
    }

    [Test]
    public async Task Many_callers_make_and_delete_their_own_volumes()
    {
        var volumes = Enumerable.Range(0, Callers).Select(_ => NewVolume()).ToList();

        await TogetherAsync(number => Provider.EnsureVolumeAsync(volumes[number]));
        Assert.That((await AllAsync(Provider.ListAsync())).Select(item => item.VolumeId), Is.EquivalentTo(volumes.Select(volume => volume.Ownership.ResourceId)));
        await TogetherAsync(number => Provider.DeleteVolumeAsync(volumes[number].Ownership.ResourceId));
        Assert.That(await AllAsync(Provider.ListAsync()), Is.Empty);
    }

    [Test]
    public async Task Volume_cancelled_in_its_making_is_there_or_not_and_can_be_completed()
    {
        var volume = NewVolume();
        var id = volume.Ownership.ResourceId;
        await CancelledInMidCallAsync(token => Provider.EnsureVolumeAsync(volume, token), async hasEnded =>
        {
            var listed = await AllAsync(Provider.ListAsync());
            Assert.That(listed, Has.Count.EqualTo(hasEnded ? 1 : listed.Count).And.Count.LessThanOrEqualTo(1));
            Assert.That(listed.Select(item => item.SizeBytes), Is.All.EqualTo(volume.SizeBytes), "what is there is whole");
            Assert.That((await Provider.EnsureVolumeAsync(volume).WaitAsync(Patience)).SizeBytes, Is.EqualTo(volume.SizeBytes));
            await Provider.DeleteVolumeAsync(id).WaitAsync(Patience);
        });
    }

    [Test]
    public async Task Deletion_cancelled_in_its_middle_can_be_completed()
    {
        var volume = NewVolume();
        await Provider.EnsureVolumeAsync(volume).WaitAsync(Patience);
        await CancelledInMidCallAsync(token => Provider.DeleteVolumeAsync(volume.Ownership.ResourceId, token), async _ =>
        {
            await Provider.DeleteVolumeAsync(volume.Ownership.ResourceId).WaitAsync(Patience);
            Assert.That(await AllAsync(Provider.ListAsync()), Is.Empty);
            await Provider.EnsureVolumeAsync(volume).WaitAsync(Patience);
        });
    }

    [Test]
    public async Task Second_opening_of_the_pool_sees_the_same()
    {
        var volume = NewVolume();
        await Provider.EnsureVolumeAsync(volume).WaitAsync(Patience);
        await using var other = await ReachAsync();

        Assert.That((await AllAsync(other.ListAsync())).Single().VolumeId, Is.EqualTo(volume.Ownership.ResourceId));
        await RefusedAsync(ErrorCodes.Conflict, () => other.EnsureVolumeAsync(volume with { SizeBytes = 4 * MiB }));
        await other.DeleteVolumeAsync(volume.Ownership.ResourceId).WaitAsync(Patience);
        Assert.That(await AllAsync(Provider.ListAsync()), Is.Empty);
    }

    /// <summary>A blank volume that is deleted at the test's end.</summary>
    private VolumeDefinition NewVolume()
    {
        var volume = new VolumeDefinition { Ownership = NewOwnership(), SizeBytes = 2 * MiB };
        _made.Add(volume.Ownership.ResourceId);
        return volume;
    }
}
