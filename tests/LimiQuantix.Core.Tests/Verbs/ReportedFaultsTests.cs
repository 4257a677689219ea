using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;
using LimiQuantix.Networks;

namespace LimiQuantix.Core.Tests.Verbs;

/// <summary>What users of other platforms reported of lists, watches, names and walls, as it is right here.</summary>
[TestFixture]
internal sealed class ReportedFaultsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task List_by_label_gives_the_same_however_often_it_is_asked_and_whatever_else_is_changed()
    {
        await using var platform = await Platform.StartAsync();
        List<Guid> wanted = [];
        for (var i = 0; i < 6; i++)
        {
            var machine = await platform.CreateAsync(platform.Spec($"m-{i}") with { Start = false, Labels = Labels(("cluster", i % 2 == 0 ? "c1" : "c2"), ("n", "x")) });
            if (i % 2 == 0) wanted.Add(machine.Id);
        }

        using var ending = new CancellationTokenSource();
        var changing = Task.Run(async () =>
        {
            for (var i = 0; !ending.IsCancellationRequested; i++)
                await platform.LimiQuantix.Machines.UpdateAsync(wanted[i % 3], new MachineUpdate { Labels = new Dictionary<string, string?> { ["n"] = $"{i}" } });
        });
        var query = new MachineQuery { Labels = Labels(("cluster", "c1")) };
        for (var i = 0; i < 100; i++)
            Assert.That((await platform.LimiQuantix.Machines.ListAsync(query)).Items.Select(machine => machine.Id), Is.EqualTo(wanted), $"time {i}");
        await ending.CancelAsync();
        await changing.WaitAsync(Patience);
    }

    [Test]
    public async Task Pages_of_a_filter_are_full_and_none_of_them_is_empty()
    {
        await using var platform = await Platform.StartAsync();
        foreach (var i in Enumerable.Range(0, 12))
            await platform.LimiQuantix.Machines.CreateAsync(platform.Spec(i % 3 == 0 && i < 12 ? $"web-{i}" : $"db-{i}") with { Start = false });

        foreach (var limit in new[] { 1, 2, 3, 4 })
        {
            List<int> counts = [];
            string? cursor = null;
            do
            {
                var page = await platform.LimiQuantix.Machines.ListAsync(new MachineQuery { Text = "web-", Limit = limit, Cursor = cursor });
                counts.Add(page.Items.Count);
                cursor = page.Cursor;
            }
            while (cursor is not null);

            Assert.That(counts.Sum(), Is.EqualTo(4));
            Assert.That(counts.SkipLast(1), Is.All.EqualTo(limit));
            Assert.That(counts[^1], Is.Positive, "there is no empty page at the end");
        }
    }

    [Test]
    public async Task What_another_project_has_cannot_be_given_to_a_machine_and_looks_as_if_there_were_none()
    {
        await using var platform = await Platform.StartAsync();
        var owned = await platform.CreateAsync(platform.Spec("owned") with { Start = false });
        var network = (await platform.LimiQuantix.Networks.ListAsync()).Items.Single();
        var mallory = platform.LimiQuantix.For(new Caller { Name = "mallory", Project = "other" });
        await platform.LimiQuantix.Images.UpdateAsync(platform.Image.Id, new ResourceUpdate { Sharing = ResourceSharing.Public });
        var missing = Guid.CreateVersion7();

        foreach (var (theirs, spec) in new (Guid Theirs, Func<Guid, MachineSpec> Spec)[]
        {
            (network.Id, id => platform.Spec("bridge") with { Nics = [new NicSpec { Source = new NetworkNicSource { NetworkId = id } }] }),
            (owned.Status.Disks[0].VolumeId!.Value, id => platform.Spec("thief") with { Disks = [new DiskSpec { Source = new VolumeDiskSource { VolumeId = id } }] }),
            (missing, id => platform.Spec("ghost") with { Disks = [DiskSpec.FromImage(id)] }),
        })
        {
            var ofTheirs = await Assert.ThrowsAsync<LimiQuantixException>(() => mallory.Machines.CreateAsync(spec(theirs)));
            var ofNone = await Assert.ThrowsAsync<LimiQuantixException>(() => mallory.Machines.CreateAsync(spec(missing)));
            Assert.That(ofTheirs!.Code, Is.EqualTo(ErrorCodes.NotFound), ofTheirs.Message);
            Assert.That(ofTheirs.Message.Replace(theirs.ToString(), "", StringComparison.Ordinal), Is.EqualTo(ofNone!.Message.Replace(missing.ToString(), "", StringComparison.Ordinal)));
        }

        Assert.That((await mallory.Machines.ListAsync()).Items, Is.Empty);
    }

    [Test]
    public async Task Machine_that_is_being_deleted_keeps_its_name_until_it_is_gone_and_is_not_renamed_onto_another()
    {
        await using var platform = await Platform.StartAsync();
        var one = await platform.CreateAsync(platform.Spec("one") with { Start = false });
        var gate = new TaskCompletionSource();
        platform.Hypervisor.Gates[nameof(IHypervisor.DeleteAsync)] = gate.Task;
        var deleting = await platform.LimiQuantix.Machines.DeleteAsync(one.Id);

        var taken = await Assert.ThrowsAsync<LimiQuantixException>(() => platform.LimiQuantix.Machines.CreateAsync(platform.Spec("one")));
        Assert.That(taken!.Code, Is.EqualTo(ErrorCodes.Conflict));
        gate.SetResult();
        await deleting.CompletedAsync().WaitAsync(Patience);

        var other = await platform.CreateAsync(platform.Spec("one") with { Start = false });
        Assert.That(other.Id, Is.Not.EqualTo(one.Id));
        Assert.That((await platform.LimiQuantix.Machines.GetAsync("one")).Id, Is.EqualTo(other.Id));
    }

    [Test]
    public async Task Machine_starts_though_the_image_that_it_was_made_from_was_deleted()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync(platform.Spec() with { Disks = [.. platform.Spec().Disks, DiskSpec.Cd()] });
        await platform.LimiQuantix.Images.DeleteAsync(platform.Image.Id);

        await (await platform.LimiQuantix.Machines.RestartAsync(machine.Id)).CompletedAsync().WaitAsync(Patience);

        Assert.That((await platform.LimiQuantix.Machines.GetAsync(machine.Id)).Status.PowerState, Is.EqualTo(PowerState.Running));
    }

    [Test]
    public async Task Plan_warns_of_keys_that_cloud_init_does_not_know()
    {
        await using var platform = await Platform.StartAsync();
        var spec = platform.Spec() with { CloudInit = new CloudInitSpec { UserData = "#cloud-config\npackage: [vim]\n" } };

        var plan = await platform.LimiQuantix.Machines.PlanCreateAsync(spec);
        var foreign = await platform.LimiQuantix.Machines.PlanCreateAsync(spec with { CloudInit = new CloudInitSpec { UserData = "version: v1alpha1\n" } });

        Assert.That(plan.IsPossible, Is.True);
        Assert.That(plan.Warnings.Select(warning => (warning.Pointer, warning.Remedy)), Is.EqualTo(new[] { ("/cloudInit/userData", "Did you mean 'packages'?") }));
        Assert.That((foreign.IsPossible, foreign.Warnings.Count), Is.EqualTo((true, 1)));
    }

    private static Dictionary<string, string> Labels(params (string Key, string Value)[] labels) => labels.ToDictionary(label => label.Key, label => label.Value);
}
