using LimiQuantix.Operations;
using LimiQuantix.Core.Tests.Machines.Support;

namespace LimiQuantix.Core.Tests.Verbs;

internal sealed partial class VerbsTests
{
    [Test]
    public async Task Update_changes_what_it_names_and_nothing_else_and_not_twice()
    {
        var before = await _noun.UpdateAsync(Host, _made[2], new ResourceUpdate { Labels = new Dictionary<string, string?> { ["kept"] = "1", ["gone"] = "1" } });
        var update = new ResourceUpdate { Labels = new Dictionary<string, string?> { ["gone"] = null, ["new"] = "2" } };
        var plan = await _noun.PlanAsync(Host, _made[2], update);
        Assert.That((await _noun.GetAsync(Host, _made[2], stored: true)).Labels, Is.EquivalentTo(before.Labels), "a plan changes nothing");

        var after = await _noun.UpdateAsync(Host, _made[2], update, before.Generation);
        var again = await _noun.UpdateAsync(Host, _made[2], update, before.Generation);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(plan.Changes.Select(change => (change.Pointer, change.Effect)),
                Is.EquivalentTo([("/labels/gone", ChangeEffect.InPlace), ("/labels/new", ChangeEffect.InPlace)]));
            Assert.That(after.Labels, Does.ContainKey("kept").And.ContainKey("new").And.Not.ContainKey("gone"));
            Assert.That(after.Generation, Is.EqualTo(before.Generation), "a label is no part of the spec");
            Assert.That(after.Version, Is.GreaterThan(before.Version));
            Assert.That(after.Name, Is.EqualTo(before.Name));
            Assert.That(again.Labels, Is.EquivalentTo(after.Labels));
        }

        var error = await FailsAsync(ErrorCodes.VersionMismatch, () => _noun.UpdateAsync(Host, _made[2], update, before.Generation + 1));
        Assert.That(error.Remedy, Is.Not.Empty);
    }

    [Test]
    public async Task Update_with_a_key_is_made_once_and_the_key_stands_for_nothing_else()
    {
        var key = $"key-of-{nounName}";
        var first = await _noun.UpdateAsync(Host, _made[1], Labelled("keyed", "1"), key: key);
        await _noun.UpdateAsync(Host, _made[1], Labelled("keyed", "2"));
        var again = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _noun.UpdateAsync(Host, _made[1], Labelled("keyed", "1"), key: key)));

        Assert.That(first.Labels["keyed"], Is.EqualTo("1"));
        Assert.That(again.Select(one => one.Labels["keyed"]), Is.All.EqualTo("2"), "what was done once is not done again");
        await FailsAsync(ErrorCodes.IdempotencyKeyReused, () => _noun.UpdateAsync(Host, _made[1], Labelled("keyed", "3"), key: key));
        var operations = await Host.Operations.ListAsync(new OperationQuery { ResourceId = _made[1] });
        var kept = operations.Items.Single(operation => operation.IdempotencyKey == key);
        Assert.That((kept.Kind, kept.Phase, kept.EndedAt is not null), Is.EqualTo(($"{nounName}.update", OperationPhase.Succeeded, true)));
    }

    [Test]
    public async Task Update_that_cannot_be_is_refused_and_its_plan_says_the_same()
    {
        var bad = new ResourceUpdate
        {
            Labels = new Dictionary<string, string?> { [""] = "x", ["long"] = new string('x', 256) },
            Sharing = new ResourceSharing { Scope = SharingScope.Projects },
        };

        var error = await FailsAsync(ErrorCodes.InvalidArgument, () => _noun.UpdateAsync(Host, _made[0], bad));
        var plan = await _noun.PlanAsync(Host, _made[0], bad);

        Assert.That(error.Problems.Select(problem => problem.Pointer), Does.Contain("/labels").And.Contain("/sharing/projects"));
        Assert.That(plan.IsPossible, Is.False);
        Assert.That(plan.Error, Is.EqualTo(error));
    }

    [Test]
    public async Task Name_is_changed_where_it_is_the_hosts_and_never_to_a_taken_one()
    {
        var one = await _noun.GetAsync(Host, _made[0]);
        var other = await _noun.GetAsync(Host, _made[1]);
        var actions = await _noun.ActionsAsync(Host, one.Id);
        Assert.That(actions.Single(action => action.Name == "rename").IsPossible, Is.EqualTo(_noun.IsRenamed));
        if (!_noun.IsRenamed)
        {
            await FailsAsync(ErrorCodes.FailedPrecondition, () => _noun.UpdateAsync(Host, one.Id, new ResourceUpdate { Name = "another" }));
            return;
        }

        await FailsAsync(ErrorCodes.Conflict, () => _noun.UpdateAsync(Host, one.Id, new ResourceUpdate { Name = other.Name }));
        Assert.That((await _noun.PlanAsync(Host, one.Id, new ResourceUpdate { Name = other.Name })).Error?.Code, Is.EqualTo(ErrorCodes.Conflict));
        await FailsAsync(ErrorCodes.InvalidArgument, () => _noun.UpdateAsync(Host, one.Id, new ResourceUpdate { Name = "\n" }));

        var renamed = await _noun.UpdateAsync(Host, one.Id, new ResourceUpdate { Name = "another-" + one.Name });
        Assert.That(renamed.Name, Is.EqualTo("another-" + one.Name));
        Assert.That(renamed.Generation, Is.EqualTo(one.Generation));
        Assert.That(await _noun.FindAsync(Host, one.Name), Is.Null);
        await _noun.UpdateAsync(Host, "another-" + one.Name, new ResourceUpdate { Name = one.Name });
        Assert.That((await _noun.GetAsync(Host, one.Name)).Id, Is.EqualTo(one.Id));
    }

    [Test]
    public async Task Hundred_updates_by_ten_callers_at_once_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 5; i++)
            {
                await _noun.UpdateAsync(Host, _made[1], Labelled($"at-once-{caller}-{i}", "set"));
                if (i % 2 == 1) await _noun.UpdateAsync(Host, _made[1], Labelled($"at-once-{caller}-{i}", null));
                else await _noun.UpdateAsync(Host, _made[1], Labelled($"at-once-{caller}-{i}", "kept"));
            }
        })));

        var labels = (await _noun.GetAsync(Host, _made[1], stored: true)).Labels.Where(label => label.Key.StartsWith("at-once-", StringComparison.Ordinal)).ToList();
        Assert.That(labels, Has.Count.EqualTo(30));
        Assert.That(labels.Select(label => label.Value), Is.All.EqualTo("kept"));
        await _noun.UpdateAsync(Host, _made[1], new ResourceUpdate { Labels = labels.ToDictionary(label => label.Key, _ => (string?)null) });
    }
}
