using System.Reflection;
using System.Text.Json;
using LimiQuantix.Core.Storage;
using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Tests.Storage;

public sealed class VolumeUpdateTests
{
    private const long GiB = 1L << 30;

    [Test]
    public async Task Volume_of_no_machine_grows_and_never_shrinks()
    {
        await using var platform = await Platform.StartAsync();
        var volumes = platform.LimiQuantix.Volumes;
        var id = await KeptAsync(platform);

        var plan = await volumes.PlanUpdateAsync(id, new VolumeUpdate { SizeBytes = 2 * GiB, Name = "kept" });
        var grown = await volumes.UpdateAsync(id, new VolumeUpdate { SizeBytes = 2 * GiB, Name = "kept" });

        Assert.That(plan.Changes.Select(change => (change.Pointer, change.Effect)), Is.EquivalentTo(new[] { ("/name", ChangeEffect.InPlace), ("/spec/sizeBytes", ChangeEffect.InPlace) }));
        Assert.That((grown.Spec.SizeBytes, grown.Name), Is.EqualTo((2 * GiB, "kept")));
        Assert.That(platform.Fake.Storage.Volumes[id].SizeBytes, Is.EqualTo(2 * GiB));
        var smaller = new VolumeUpdate { SizeBytes = GiB };
        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => volumes.UpdateAsync(id, smaller));
        Assert.That((refused!.Code, (await volumes.PlanUpdateAsync(id, smaller)).Changes.Single().Effect), Is.EqualTo((ErrorCodes.InvalidArgument, ChangeEffect.Impossible)));
        Assert.That((await volumes.UpdateAsync(id, new VolumeUpdate { SizeBytes = 2 * GiB })).Generation, Is.EqualTo(grown.Generation), "it is as large");
    }

    [Test]
    public async Task Volume_that_a_machine_has_is_changed_with_its_machine()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync(platform.Spec() with { Start = false });
        var volume = machine.Status.Disks[0].VolumeId!.Value;

        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => platform.LimiQuantix.Volumes.UpdateAsync(volume, new VolumeUpdate { SizeBytes = 2 * GiB }));

        Assert.That(refused!.Code, Is.EqualTo(ErrorCodes.FailedPrecondition));
        Assert.That(refused.Remedy, Does.Contain("Machines.UpdateAsync"));
        Assert.That(platform.Fake.Storage.Volumes[volume].SizeBytes, Is.EqualTo(GiB));
    }

    [Test]
    public async Task Failed_growth_leaves_the_volume_as_it_was()
    {
        await using var platform = await Platform.StartAsync();
        var id = await KeptAsync(platform);
        platform.Fake.Storage.Fail["GrowVolumeAsync"] = new LimiQuantixException(ErrorCodes.InsufficientSpace, "The pool is full.");

        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => platform.LimiQuantix.Volumes.UpdateAsync(id, new VolumeUpdate { SizeBytes = 2 * GiB }));

        Assert.That(refused!.Code, Is.EqualTo(ErrorCodes.InsufficientSpace));
        Assert.That((await platform.LimiQuantix.Volumes.GetAsync(id)).Spec.SizeBytes, Is.EqualTo(GiB));
        platform.Fake.Storage.Fail.Clear();
        Assert.That((await platform.LimiQuantix.Volumes.UpdateAsync(id, new VolumeUpdate { SizeBytes = 2 * GiB })).Spec.SizeBytes, Is.EqualTo(2 * GiB), "its lock was given back");
    }

    [Test]
    public void Table_has_every_member_of_a_spec() => Assert.That(
        VolumeChangeTable.Spec.Keys,
        Is.EquivalentTo(typeof(VolumeSpec).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))));

    private static async Task<Guid> KeptAsync(Platform platform)
    {
        var spec = platform.Spec() with { Start = false };
        var machine = await platform.CreateAsync(spec with { Disks = [.. spec.Disks, DiskSpec.Blank(GiB) with { Name = "kept", KeepOnDelete = true }] });
        await (await platform.LimiQuantix.Machines.DeleteAsync(machine.Id)).CompletedAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return machine.Status.Disks[1].VolumeId!.Value;
    }
}
