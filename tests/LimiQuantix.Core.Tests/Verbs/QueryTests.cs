using LimiQuantix.Core.Networks;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Resources.Queries;
using LimiQuantix.Core.State;
using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Images;
using LimiQuantix.Networks;
using LimiQuantix.State;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Verbs;

/// <summary>What the suite of all nouns does not reach: many projects, many documents, eras, documents of earlier versions.</summary>
[TestFixture]
internal sealed class QueryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Authorizer_is_asked_for_each_project_and_what_it_refuses_is_left_out()
    {
        var authorizer = new OnlyProjects("default", "blue");
        await using var platform = await Platform.StartAsync(services => services.AddSingleton<IAuthorizer>(authorizer));
        foreach (var project in new[] { "blue", "red" }) await InsertAsync(platform, "net", project);

        var page = await platform.LimiQuantix.Networks.ListAsync(new NetworkQuery { AllProjects = true });
        var blue = await platform.LimiQuantix.Networks.ListAsync(new NetworkQuery { Project = "blue" });
        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => platform.LimiQuantix.Networks.ListAsync(new NetworkQuery { Project = "red" }));

        Assert.That(page.Items.Select(network => network.Project).Distinct(), Is.EquivalentTo(["default", "blue"]));
        Assert.That(blue.Items.Select(network => network.Name), Does.Contain("net"));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCodes.PermissionDenied));
        Assert.That(authorizer.Asked, Does.Contain(("networks.list", "red")));
    }

    [Test]
    public async Task Text_is_looked_for_in_a_bounded_part_and_the_page_says_where_to_go_on()
    {
        await using var platform = await Platform.StartAsync();
        const int Count = QueryPages<NetworkDocument>.MaxScanned + 50;
        for (var i = 1; i <= Count; i++) await InsertAsync(platform, $"net-{i}", Caller.DefaultProject);
        var query = new NetworkQuery { Text = $"net-{Count}" };

        var first = await platform.LimiQuantix.Networks.ListAsync(query);
        var second = await platform.LimiQuantix.Networks.ListAsync(query with { Cursor = first.Cursor });

        Assert.That((first.Items.Count, first.Cursor is null), Is.EqualTo((0, false)));
        Assert.That(second.Items.Select(network => network.Name), Is.EqualTo([query.Text]));
        Assert.That(second.Cursor, Is.Null);
    }

    [Test]
    public async Task Cursor_and_position_of_a_former_era_are_a_conflict()
    {
        await using var platform = await Platform.StartAsync();
        await InsertAsync(platform, "a", Caller.DefaultProject);
        var page = await platform.LimiQuantix.Networks.ListAsync(new NetworkQuery { Limit = 1 });
        await platform.Services.GetRequiredService<IStateStore>().RaiseEraAsync();

        var list = await Assert.ThrowsAsync<LimiQuantixException>(
            () => platform.LimiQuantix.Networks.ListAsync(new NetworkQuery { Limit = 1, Cursor = page.Cursor }));
        var watch = await Assert.ThrowsAsync<LimiQuantixException>(
            async () => await platform.LimiQuantix.Networks.WatchAsync(new NetworkQuery(), new WatchOptions { After = page.Position }).FirstAsync().AsTask().WaitAsync(Patience));

        Assert.That(list!.Code, Is.EqualTo(ErrorCodes.Conflict));
        Assert.That(watch!.Code, Is.EqualTo(ErrorCodes.Conflict));
        Assert.That((await platform.LimiQuantix.Networks.ListAsync()).Items, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Deletion_after_a_position_is_told_to_who_saw_it_and_to_nobody_else()
    {
        await using var platform = await Platform.StartAsync();
        var foreigner = platform.LimiQuantix.For(new Caller { Name = "mallory", Project = "other" });
        var position = (await platform.LimiQuantix.Images.ListAsync()).Position;
        await platform.LimiQuantix.Images.DeleteAsync(platform.Image.Name);
        var network = await InsertAsync(platform, "later", "other");

        // What the engine itself writes at its start may be told before it.
        var seen = await platform.LimiQuantix.Images.WatchAsync(new ImageQuery(), new WatchOptions { After = position })
            .FirstAsync(one => one.Kind == ResourceEventKind.Removed).AsTask().WaitAsync(Patience);
        using var brief = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        List<Guid> foreign = [];
        try
        {
            await foreach (var one in foreigner.Images.WatchAsync(new ImageQuery(), new WatchOptions { After = position }, brief.Token)) foreign.Add(one.Id);
        }
        catch (OperationCanceledException) when (brief.IsCancellationRequested)
        {
            // Nothing more comes.
        }

        Assert.That(seen.Id, Is.EqualTo(platform.Image.Id));
        Assert.That(foreign, Is.Empty);
        Assert.That((await foreigner.Networks.GetAsync(network)).Name, Is.EqualTo("later"));
    }

    [Test]
    public async Task Documents_of_an_earlier_version_are_found_by_label_before_and_after_they_are_indexed()
    {
        await using var state = new InMemoryStateStore(TimeProvider.System);
        var table = new ResourceTable<NetworkDocument>(state, "networks");
        var document = New("old", Caller.DefaultProject) with { Labels = new Dictionary<string, string> { ["tier"] = "web" } };
        var insert = table.Insert(document);
        await state.CommitAsync(new StateTransaction
        {
            Mutations = [.. insert.Mutations.Select(mutation => mutation with { Indexes = [.. mutation.Indexes.Where(index => index.Name == "project")] })],
        });
        var (name, value) = ResourceTable<NetworkDocument>.IndexOf("tier", "web");
        Assert.That(await table.IsReindexedAsync(default), Is.False);
        Assert.That(await table.ListByIndexAsync(name, value, default), Is.Empty);
        var lease = (await state.AcquireLeaseAsync("engine", "me", TimeSpan.FromMinutes(1)))!;

        await table.ReindexAsync(lease, default);

        Assert.That(await table.IsReindexedAsync(default), Is.True);
        Assert.That((await table.ListByIndexAsync(name, value, default)).Select(network => network.Name), Is.EqualTo(["old"]));
        Assert.That((await table.FindAsync(document.Id, default))!.Value.Generation, Is.EqualTo(document.Generation));
    }

    [Test]
    public void Name_is_read_back_from_its_key()
    {
        foreach (var name in new[] { "", "web-1", "Debian 13", "~", "~~", "naïve/ñ", "a.b_c~d", "日本語" })
            Assert.That(StateKey.TryDecode(StateKey.Encode(name)), Is.EqualTo(name));
        Assert.That(StateKey.TryDecode(StateKey.Encode(new string('ä', 200))), Is.Null);
    }

    private static NetworkDocument New(string name, string project) => new()
    {
        Id = Guid.CreateVersion7(), Project = project, Name = name, Creator = "host", Spec = new NetworkSpec { Fabric = CoreKinds.UserNetwork },
    };

    private static async Task<Guid> InsertAsync(Platform platform, string name, string project)
    {
        var document = New(name, project);
        var table = platform.Services.GetRequiredService<ResourceTable<NetworkDocument>>();
        await platform.Services.GetRequiredService<IStateStore>().CommitOrThrowAsync(StateWrite.Combine(null, table.Insert(document)), default);
        return document.Id;
    }

    private sealed class OnlyProjects(params string[] projects) : IAuthorizer
    {
        public System.Collections.Concurrent.ConcurrentBag<(string Action, string? Project)> Asked { get; } = [];

        public ValueTask<bool> AuthorizeAsync(AuthorizationRequest request, CancellationToken cancellationToken = default)
        {
            Asked.Add((request.Action, request.Resource?.Project));
            return ValueTask.FromResult(request.Resource?.Project is null || projects.Contains(request.Resource.Project));
        }
    }
}
