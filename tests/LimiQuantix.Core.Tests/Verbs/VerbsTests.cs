using LimiQuantix.Operations;
using LimiQuantix.Core.Tests.Machines.Support;

namespace LimiQuantix.Core.Tests.Verbs;

/// <summary>One suite for every noun, verb and filter, on both stores that Core has, directly and through a client that serialises everything.</summary>
[TestFixtureSource(nameof(Fixtures))]
[NonParallelizable]
internal sealed partial class VerbsTests(string nounName, bool inMemory, bool throughJson)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly INounUnderTest _noun = NounsUnderTest.All.Single(noun => noun.Name == nounName);
    private Platform _platform = null!;
    private IReadOnlyList<Guid> _made = null!;

    private static IEnumerable<object[]> Fixtures =>
        from noun in NounsUnderTest.All
        from inMemory in new[] { true, false }
        select new object[] { noun.Name, inMemory, !inMemory };

    private ILimiQuantix Host => Seen(_platform.LimiQuantix);

    private ILimiQuantix Foreigner => Seen(_platform.LimiQuantix.For(new Caller { Name = "mallory", Project = "other" }));

    [OneTimeSetUp]
    public async Task BeginAsync()
    {
        _platform = await Platform.StartAsync(inMemory: inMemory, pools: ["pool", "b-pool", "a-pool"]);
        _made = await _noun.MakeAsync(_platform);
    }

    [OneTimeTearDown]
    public ValueTask EndAsync() => _platform.DisposeAsync();

    [Test]
    public async Task Resource_is_got_and_found_by_id_by_name_and_by_project_and_name()
    {
        var one = await _noun.GetAsync(Host, _made[0]);
        ResourceReference[] references =
            [one.Id, one.Name, ResourceReference.Named(one.Name), .. _noun.IsInstallationWide ? [] : new ResourceReference[] { $"{one.Project}/{one.Name}" }];

        foreach (var reference in references)
        {
            Assert.That((await _noun.GetAsync(Host, reference)).Id, Is.EqualTo(one.Id), reference.ToString());
            Assert.That((await _noun.FindAsync(Host, reference))?.Id, Is.EqualTo(one.Id), reference.ToString());
            Assert.That((await _noun.GetAsync(Host, reference, stored: true)).Name, Is.EqualTo(one.Name), reference.ToString());
        }
    }

    [Test]
    public async Task What_is_missing_is_not_found_by_any_verb()
    {
        foreach (var missing in new ResourceReference[] { Guid.CreateVersion7(), "there-is-none", "there/is-none" })
        {
            Assert.That(await _noun.FindAsync(Host, missing), Is.Null);
            await FailsAsync(ErrorCodes.NotFound, () => _noun.GetAsync(Host, missing));
            await FailsAsync(ErrorCodes.NotFound, () => _noun.UpdateAsync(Host, missing, Labelled("a", "b")));
            await FailsAsync(ErrorCodes.NotFound, () => _noun.PlanAsync(Host, missing, Labelled("a", "b")));
            await FailsAsync(ErrorCodes.NotFound, () => _noun.ActionsAsync(Host, missing));
        }
    }

    [TestCase(ResourceOrder.Created, false)]
    [TestCase(ResourceOrder.Created, true)]
    [TestCase(ResourceOrder.Name, false)]
    [TestCase(ResourceOrder.Name, true)]
    public async Task Pages_give_every_resource_once_in_either_order(ResourceOrder order, bool descending)
    {
        var whole = await _noun.ListAsync(Host, query => query with { Order = order, Descending = descending, Limit = 1000 });
        List<Guid> paged = [];
        string? cursor = null;
        do
        {
            var page = await _noun.ListAsync(Host, query => query with { Order = order, Descending = descending, Limit = 2, Cursor = cursor });
            Assert.That(page.Items, Has.Count.LessThanOrEqualTo(2));
            paged.AddRange(page.Items.Select(item => item.Id));
            cursor = page.Cursor;
        }
        while (cursor is not null);

        Assert.That(whole.Cursor, Is.Null);
        Assert.That(paged, Is.EqualTo(whole.Items.Select(item => item.Id)));
        Assert.That(paged, Is.SupersetOf(_made).And.Unique);
        if (order == ResourceOrder.Name)
        {
            var names = whole.Items.Select(item => item.Name).Order(StringComparer.Ordinal).ToList();
            if (descending) names.Reverse();
            Assert.That(whole.Items.Select(item => item.Name), Is.EqualTo(names));
        }
        else if (!_noun.IsInstallationWide)
        {
            var made = paged.Where(_made.Contains).ToList();
            Assert.That(made, Is.EqualTo(descending ? _made.Reverse() : _made));
        }
    }

    [Test]
    public async Task Page_goes_on_where_it_ended_whatever_is_changed_meanwhile()
    {
        var first = await _noun.ListAsync(Host, query => query with { Limit = 1 });
        await _noun.UpdateAsync(Host, first.Items[0].Id, Labelled("changed", "meanwhile"));
        var second = await _noun.ListAsync(Host, query => query with { Limit = 1000, Cursor = first.Cursor });
        var whole = await _noun.ListAsync(Host);

        Assert.That(first.Items.Concat(second.Items).Select(item => item.Id), Is.EqualTo(whole.Items.Select(item => item.Id)));
    }

    [Test]
    public async Task Labels_and_text_choose_what_is_listed()
    {
        await _noun.UpdateAsync(Host, _made[0], new ResourceUpdate { Labels = new Dictionary<string, string?> { ["tier"] = "Front End/é", ["who"] = "filter" } });
        await _noun.UpdateAsync(Host, _made[1], new ResourceUpdate { Labels = new Dictionary<string, string?> { ["tier"] = "back", ["who"] = "filter" } });
        var name = (await _noun.GetAsync(Host, _made[0])).Name;

        Assert.That(await IdsAsync(query => query with { Labels = Labels(("tier", "Front End/é")) }), Is.EqualTo([_made[0]]));
        Assert.That(await IdsAsync(query => query with { Labels = Labels(("who", "filter")) }), Is.EquivalentTo([_made[0], _made[1]]));
        Assert.That(await IdsAsync(query => query with { Labels = Labels(("who", "filter"), ("tier", "back")) }), Is.EqualTo([_made[1]]));
        Assert.That(await IdsAsync(query => query with { Labels = Labels(("who", "nobody")) }), Is.Empty);
        Assert.That(await IdsAsync(query => query with { Text = "fRONT eND" }), Is.EqualTo([_made[0]]));
        Assert.That(await IdsAsync(query => query with { Text = name.ToUpperInvariant() }), Does.Contain(_made[0]));
        Assert.That(await IdsAsync(query => query with { Text = "nothing is called that" }), Is.Empty);
    }

    [Test]
    public async Task Cursor_of_another_query_or_caller_or_a_damaged_one_is_refused()
    {
        var page = await _noun.ListAsync(Host, query => query with { Limit = 1 });
        Assert.That(page.Cursor, Is.Not.Null);
        var cursor = page.Cursor!;
        var damaged = (cursor[0] == 'A' ? 'B' : 'A') + cursor[1..];

        await FailsAsync(ErrorCodes.InvalidArgument, () => _noun.ListAsync(Host, query => query with { Descending = !query.Descending, Cursor = cursor }));
        await FailsAsync(ErrorCodes.InvalidArgument, () => _noun.ListAsync(Host, query => query with { Text = "a", Cursor = cursor }));
        await FailsAsync(ErrorCodes.InvalidArgument, () => _noun.ListAsync(Foreigner, query => query with { Cursor = cursor }));
        foreach (var bad in new[] { damaged, cursor[..^2], "", "no cursor at all", new string('A', 5000) })
            await FailsAsync(ErrorCodes.InvalidArgument, () => _noun.ListAsync(Host, query => query with { Cursor = bad }));
    }

    [Test]
    public async Task Query_that_cannot_be_is_refused_with_every_problem()
    {
        var error = await FailsAsync(ErrorCodes.InvalidArgument, () => _noun.ListAsync(
            Host, query => query with { Limit = 0, Order = ResourceOrder.Unknown, Text = new string('x', 300), Project = "No Project", AllProjects = true }));

        Assert.That(error.Problems.Select(problem => problem.Pointer), Is.EquivalentTo(["/limit", "/order", "/text", "/project", "/project"]));
    }

    [Test]
    public async Task Watch_tells_what_is_there_then_each_change_and_what_the_query_fits_no_more()
    {
        using var deadline = new CancellationTokenSource(Patience);
        await _noun.UpdateAsync(Host, _made[0], Labelled("watched", "yes"));
        await using var events = _noun.WatchAsync(Host, query => query with { Labels = Labels(("watched", "yes")) }, null, deadline.Token).GetAsyncEnumerator();
        var first = await NextAsync(events, seen => true);
        await _noun.UpdateAsync(Host, _made[0], Labelled("also", "this"));
        var second = await NextAsync(events, seen => seen.Resource?.Labels.ContainsKey("also") == true);
        await _noun.UpdateAsync(Host, _made[0], Labelled("watched", null));
        var third = await NextAsync(events, seen => seen.Kind == ResourceEventKind.Removed);

        Assert.That((first.Kind, first.Id), Is.EqualTo((ResourceEventKind.Changed, _made[0])));
        Assert.That(second.Resource!.Version, Is.GreaterThan(first.Resource!.Version));
        Assert.That((third.Id, third.Resource), Is.EqualTo((_made[0], (IResource?)null)));
    }

    [Test]
    public async Task Watch_after_a_position_tells_what_happened_since_and_only_that()
    {
        using var deadline = new CancellationTokenSource(Patience);
        var page = await _noun.ListAsync(Host);
        await _noun.UpdateAsync(Host, _made[2], Labelled("since", "one"));
        string position;
        await using (var events = _noun.WatchAsync(Host, query => query, page.Position, deadline.Token).GetAsyncEnumerator())
        {
            var seen = await NextAsync(events, one => one.Resource?.Labels.GetValueOrDefault("since") == "one");
            Assert.That(seen.Id, Is.EqualTo(_made[2]));
            position = seen.Position;
        }

        await _noun.UpdateAsync(Host, _made[2], Labelled("since", "two"));
        await using var later = _noun.WatchAsync(Host, query => query, position, deadline.Token).GetAsyncEnumerator();
        var next = await NextAsync(later, one => one.Id == _made[2] && one.Resource?.Labels.GetValueOrDefault("since") != "one");
        Assert.That(next.Resource!.Labels["since"], Is.EqualTo("two"));

        await FailsAsync(ErrorCodes.InvalidArgument, async () => await _noun.WatchAsync(Host, query => query, "nowhere", deadline.Token).FirstAsync(deadline.Token));
    }

    [Test]
    public async Task Foreign_caller_sees_what_is_shared_with_everybody_and_changes_nothing()
    {
        if (_noun.IsInstallationWide)
        {
            Assert.That((await _noun.GetAsync(Foreigner, _made[0])).Id, Is.EqualTo(_made[0]));
            return;
        }

        var reference = (ResourceReference)_made[2];
        var missing = Guid.CreateVersion7();
        var ofForeign = await FailsAsync(ErrorCodes.NotFound, () => _noun.GetAsync(Foreigner, reference));
        var ofMissing = await FailsAsync(ErrorCodes.NotFound, () => _noun.GetAsync(Foreigner, missing));
        Assert.That(ofForeign.Message.Replace(_made[2].ToString(), "", StringComparison.Ordinal), Is.EqualTo(ofMissing.Message.Replace(missing.ToString(), "", StringComparison.Ordinal)));
        Assert.That(await IdsAsync(query => query with { AllProjects = true }, Foreigner), Has.None.EqualTo(_made[2]));
        await FailsAsync(ErrorCodes.PermissionDenied, () => _noun.ListAsync(Foreigner, query => query with { Project = Caller.DefaultProject }));

        await _noun.UpdateAsync(Host, reference, new ResourceUpdate { Sharing = ResourceSharing.Public });
        Assert.That((await _noun.GetAsync(Foreigner, reference)).Id, Is.EqualTo(_made[2]));
        Assert.That(await IdsAsync(query => query with { AllProjects = true }, Foreigner), Does.Contain(_made[2]));
        await FailsAsync(ErrorCodes.PermissionDenied, () => _noun.UpdateAsync(Foreigner, reference, Labelled("a", "b")));
        Assert.That((await _noun.ActionsAsync(Foreigner, reference)).Select(action => action.IsPossible), Is.All.False);

        await _noun.UpdateAsync(Host, reference, new ResourceUpdate { Sharing = ResourceSharing.With("other") });
        Assert.That((await _noun.GetAsync(Foreigner, reference)).Id, Is.EqualTo(_made[2]));
        await _noun.UpdateAsync(Host, reference, new ResourceUpdate { Sharing = ResourceSharing.Project });
        await FailsAsync(ErrorCodes.NotFound, () => _noun.GetAsync(Foreigner, reference));
        Assert.That(await IdsAsync(query => query with { AllProjects = true }, Host), Does.Contain(_made[2]));
    }

    [Test]
    public async Task Actions_say_what_is_possible_and_why_what_is_not_is_not()
    {
        var actions = await _noun.ActionsAsync(Host, _made[0]);

        Assert.That(actions.Select(action => action.Name), Is.Unique.And.Contains("update").And.Contains("delete"));
        Assert.That(actions.Where(action => !action.IsPossible).Select(action => action.Reason), Is.All.Not.Empty);
    }

    private ILimiQuantix Seen(ILimiQuantix limiQuantix) => throughJson ? new JsonClient(limiQuantix) : limiQuantix;

    private async Task<IReadOnlyList<Guid>> IdsAsync(Func<ResourceQuery, ResourceQuery> change, ILimiQuantix? limiQuantix = null) =>
        [.. (await _noun.ListAsync(limiQuantix ?? Host, change)).Items.Select(item => item.Id)];

    private static async Task<ResourceEvent<IResource>> NextAsync(IAsyncEnumerator<ResourceEvent<IResource>> events, Func<ResourceEvent<IResource>, bool> wanted)
    {
        while (await events.MoveNextAsync())
        {
            if (wanted(events.Current)) return events.Current;
        }

        throw new AssertionException("the watch ended");
    }

    private static async Task<LimiQuantixError> FailsAsync(string code, Func<Task> call)
    {
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => call());
        Assert.That(thrown!.Code, Is.EqualTo(code), thrown.Message);
        return thrown.Error;
    }

    private static ResourceUpdate Labelled(string key, string? value) => new() { Labels = new Dictionary<string, string?> { [key] = value } };

    private static Dictionary<string, string> Labels(params (string Key, string Value)[] labels) => labels.ToDictionary(label => label.Key, label => label.Value);
}
