using System.Text;
using System.Text.Json.Nodes;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Images;
using LimiQuantix.Nodes;
using LimiQuantix.State;

namespace LimiQuantix.Core.Tests.Resources;

[TestFixture]
internal sealed class ResourceTableTests
{
    private InMemoryStateStore _state = null!;
    private ResourceTable<Widget> _table = null!;

    [SetUp]
    public void Open()
    {
        _state = new InMemoryStateStore(TimeProvider.System);
        _table = new ResourceTable<Widget>(_state, "widgets", widget => [KeyValuePair.Create("format", widget.Format.ToString())]);
    }

    [TearDown]
    public ValueTask CloseAsync() => _state.DisposeAsync();

    [Test]
    public async Task Inserted_resource_is_found_by_id_name_project_and_index()
    {
        var widget = await InsertAsync("one");
        await InsertAsync("one", project: "other");
        await InsertAsync("two", format: DiskFormat.Raw);

        await Assert.MultipleAsync(async () =>
        {
            var stored = (await _table.FindAsync(widget.Id, default))!;
            Assert.That(stored.Value.Version, Is.EqualTo(stored.Version).And.GreaterThan(0));
            Assert.That(stored.Value.Name, Is.EqualTo("one"));
            Assert.That((await _table.FindByNameAsync("default", "one", default))!.Value.Id, Is.EqualTo(widget.Id));
            Assert.That(await _table.FindByNameAsync("default", "three", default), Is.Null);
            Assert.That((await _table.ListAsync("default", default)).Select(w => w.Name), Is.EquivalentTo(["one", "two"]));
            Assert.That(await _table.ListAsync(null, default), Has.Count.EqualTo(3));
            Assert.That((await _table.ListByIndexAsync("format", "Raw", default)).Select(w => w.Name), Is.EqualTo(["two"]));
        });
    }

    [Test]
    public async Task Every_member_is_read_back_as_it_was_written()
    {
        var widget = New("full") with
        {
            Format = DiskFormat.Qcow2,
            OldFormat = DiskFormat.Raw,
            Node = new NodeId("n-1"),
            Digest = ImageDigest.Parse(new string('a', 64)),
            Lifetime = TimeSpan.FromSeconds(90.5),
            MadeAt = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Main = new WidgetPart { Name = "m", Size = 1 },
            Parts = [new WidgetPart { Name = "p", Size = 2 }],
            Labels = new Dictionary<string, string> { ["Camel Case/é"] = "v" },
            ByPlace = new Dictionary<string, WidgetPart> { ["left"] = new() { Name = "l" } },
        };
        await CommitAsync(_table.Insert(widget));

        var read = (await _table.FindAsync(widget.Id, default))!.Value;

        Assert.That(read with { Version = 0, Parts = widget.Parts, Labels = widget.Labels, ByPlace = widget.ByPlace }, Is.EqualTo(widget));
        Assert.That(read.Parts, Is.EqualTo(widget.Parts));
        Assert.That(read.Labels, Is.EqualTo(widget.Labels));
        Assert.That(read.ByPlace, Is.EqualTo(widget.ByPlace));
        var json = JsonNode.Parse((await _state.GetAsync(_table.KeyOf(widget.Id)))!.Value.Span)!.AsObject();
        Assert.That(json["format"]!.GetValue<string>(), Is.EqualTo("qcow2"));
        Assert.That(json["node"]!.GetValue<string>(), Is.EqualTo("n-1"));
        Assert.That(json.ContainsKey("version"), Is.False);
    }

    [Test]
    public async Task Name_that_is_taken_fails_on_the_names_key_until_it_is_free()
    {
        var first = await InsertAsync("one");
        var taken = await _state.CommitAsync(StateWrite.Combine(null, _table.Insert(New("one"))));
        Assert.That(taken.FailedKey, Is.EqualTo(_table.KeyOfName("default", "one")));

        await _table.DeleteAsync(first.Id, null, default);
        await _table.DeleteAsync(first.Id, null, default);
        await InsertAsync("one");
    }

    [TestCase("Name with spaces & <xml> é ~")]
    [TestCase("")]
    [TestCase("../../etc")]
    public async Task Any_text_can_be_a_name(string name)
    {
        var widget = await InsertAsync(name);
        var longer = await InsertAsync(name + new string('é', 500));

        Assert.That((await _table.FindByNameAsync("default", name, default))!.Value.Id, Is.EqualTo(widget.Id));
        Assert.That((await _table.FindByNameAsync("default", longer.Name, default))!.Value.Id, Is.EqualTo(longer.Id));
    }

    [Test]
    public async Task Rename_moves_the_name()
    {
        var widget = await InsertAsync("old");
        await _table.UpdateAsync(widget.Id, w => w with { Name = "new" }, null, default);

        Assert.That(await _table.FindByNameAsync("default", "old", default), Is.Null);
        Assert.That((await _table.FindByNameAsync("default", "new", default))!.Value.Id, Is.EqualTo(widget.Id));
        var other = await InsertAsync("old");
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => _table.UpdateAsync(other.Id, w => w with { Name = "new" }, null, default));
        Assert.That(thrown!.Target, Is.EqualTo(_table.KeyOfName("default", "new")));
    }

    [Test]
    public async Task Foreign_or_absent_resource_is_not_found()
    {
        var widget = await InsertAsync("one");
        foreach (var (id, project) in new[] { (widget.Id, "other"), (Guid.NewGuid(), "default") })
        {
            var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => _table.GetAsync(id, project, default));
            Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.NotFound));
        }

        await Assert.ThrowsAsync<LimiQuantixException>(() => _table.UpdateAsync(Guid.NewGuid(), w => w, null, default));
    }

    [Test]
    public async Task Updates_at_once_are_all_made()
    {
        var widget = await InsertAsync("one");
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => _table.UpdateAsync(
            widget.Id, w => w with { Parts = [.. w.Parts, new WidgetPart { Name = $"{i}" }] }, null, default))));

        Assert.That((await _table.FindAsync(widget.Id, default))!.Value.Parts, Has.Count.EqualTo(16));
    }

    [Test]
    public async Task Update_that_changes_nothing_is_not_stored()
    {
        var widget = await InsertAsync("one");
        var before = (await _table.FindAsync(widget.Id, default))!.Version;

        Assert.That((await _table.UpdateAsync(widget.Id, w => w with { Name = "one" }, null, default)).Version, Is.EqualTo(before));
        Assert.That((await _table.UpdateAsync(widget.Id, w => w with { Format = DiskFormat.Raw }, null, default)).Version, Is.GreaterThan(before));
    }

    [Test]
    public async Task Fenced_update_of_an_engine_that_lost_its_lease_is_refused()
    {
        var widget = await InsertAsync("one");
        var lease = (await _state.AcquireLeaseAsync("engine", "me", TimeSpan.FromMinutes(1)))!;
        await _state.ReleaseLeaseAsync(lease);

        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(
            () => _table.UpdateAsync(widget.Id, w => w with { Format = DiskFormat.Raw }, lease, default));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.NotLeader));
    }

    [Test]
    public async Task Members_of_a_newer_version_survive_an_update_at_every_depth()
    {
        var widget = await InsertAsync("one");
        await _table.UpdateAsync(
            widget.Id,
            w => w with
            {
                Main = new WidgetPart { Name = "m" },
                Parts = [new WidgetPart { Name = "a" }, new WidgetPart { Name = "b" }],
                ByPlace = new Dictionary<string, WidgetPart> { ["left"] = new() { Name = "l" } },
            },
            null,
            default);
        await RewriteAsync(widget.Id, json =>
        {
            json["colour"] = "red";
            json["format"] = "vhdx";
            json["oldFormat"] = "vdi";
            json["main"]!["weight"] = 7;
            json["parts"]![1]!["weight"] = new JsonObject { ["grams"] = 8 };
            json["byPlace"]!["left"]!["weight"] = 9;
        });

        var read = (await _table.FindAsync(widget.Id, default))!.Value;
        Assert.That(read.Format, Is.EqualTo(DiskFormat.Unknown));
        await _table.UpdateAsync(
            widget.Id,
            w => w with { Name = "two", OldFormat = DiskFormat.Raw, Main = w.Main! with { Size = 5 }, Parts = [w.Parts[1] with { Size = 6 }] },
            null,
            default);

        var json = JsonNode.Parse((await _state.GetAsync(_table.KeyOf(widget.Id)))!.Value.Span)!;
        Assert.Multiple(() =>
        {
            Assert.That((string?)json["name"], Is.EqualTo("two"));
            Assert.That((string?)json["colour"], Is.EqualTo("red"));
            Assert.That((string?)json["format"], Is.EqualTo("vhdx"), "a value that reads as unknown is not written back as unknown");
            Assert.That((string?)json["oldFormat"], Is.EqualTo("raw"), "but it can be changed");
            Assert.That((int?)json["main"]!["weight"], Is.EqualTo(7));
            Assert.That((int?)json["main"]!["size"], Is.EqualTo(5));
            Assert.That((int?)json["parts"]![0]!["weight"]!["grams"], Is.EqualTo(8), "the element is found again by its name");
            Assert.That((int?)json["byPlace"]!["left"]!["weight"], Is.EqualTo(9));
        });
    }

    [TestCase("null")]
    [TestCase("{}")]
    [TestCase("[1")]
    [TestCase("{\"id\":\"x\",\"project\":\"p\",\"name\":\"n\"}")]
    [TestCase("{\"id\":\"01890000-0000-7000-8000-000000000000\",\"project\":\"p\",\"name\":\"n\",\"node\":\"No Node\"}")]
    [TestCase("{\"id\":\"01890000-0000-7000-8000-000000000000\",\"project\":\"p\",\"name\":null}")]
    public async Task Document_that_cannot_be_read_is_corrupt_and_named(string json)
    {
        var id = Guid.NewGuid();
        await _state.CommitAsync(new StateTransaction { Mutations = [new StateMutation { Key = _table.KeyOf(id), Value = Encoding.UTF8.GetBytes(json) }] });

        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => _table.FindAsync(id, default));

        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.DataCorrupt));
        Assert.That(thrown.Target, Is.EqualTo(_table.KeyOf(id)));
    }

    [Test]
    public async Task Watch_of_one_tells_it_as_it_is_then_its_changes_and_ends_when_it_is_deleted()
    {
        var widget = await InsertAsync("one");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        List<DiskFormat> formats = [];
        await foreach (var seen in _table.WatchAsync(widget.Id, "default", deadline.Token))
        {
            formats.Add(seen.Format);
            if (formats.Count == 1) await _table.UpdateAsync(widget.Id, w => w with { Format = DiskFormat.Raw }, null, default);
            else await _table.DeleteAsync(widget.Id, null, default);
        }

        Assert.That(formats, Is.EqualTo([DiskFormat.Unknown, DiskFormat.Raw]));
    }

    [Test]
    public async Task Watch_of_all_that_fell_behind_tells_everything_again_and_what_is_gone()
    {
        await using var small = new InMemoryStateStore(TimeProvider.System, keptChanges: 10);
        var table = new ResourceTable<Widget>(small, "widgets");
        var gone = New("gone");
        var kept = New("kept");
        await small.CommitAsync(StateWrite.Combine(null, table.Insert(gone)));
        await small.CommitAsync(StateWrite.Combine(null, table.Insert(kept)));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var changes = table.WatchAllAsync(deadline.Token).GetAsyncEnumerator();
        await changes.MoveNextAsync();
        await changes.MoveNextAsync();
        await table.DeleteAsync(gone.Id, null, default);
        for (var i = 0; i < 50; i++) await table.UpdateAsync(kept.Id, w => w with { Lifetime = TimeSpan.FromSeconds(i + 1) }, null, default);

        await changes.MoveNextAsync();
        var first = changes.Current;
        await changes.MoveNextAsync();

        Assert.That(first, Is.EqualTo(new ResourceChange<Widget> { Id = gone.Id }));
        Assert.That(changes.Current.Value!.Lifetime, Is.EqualTo(TimeSpan.FromSeconds(50)));
    }

    private static Widget New(string name, string project = "default", DiskFormat format = DiskFormat.Unknown) =>
        new() { Id = Guid.CreateVersion7(), Project = project, Name = name, Format = format };

    private async Task<Widget> InsertAsync(string name, string project = "default", DiskFormat format = DiskFormat.Unknown)
    {
        var widget = New(name, project, format);
        await CommitAsync(_table.Insert(widget));
        return widget;
    }

    private async Task CommitAsync(StateWrite write) => await _state.CommitOrThrowAsync(StateWrite.Combine(null, write), default);

    private async Task RewriteAsync(Guid id, Action<JsonNode> change)
    {
        var json = JsonNode.Parse((await _state.GetAsync(_table.KeyOf(id)))!.Value.Span)!;
        change(json);
        var mutation = new StateMutation { Key = _table.KeyOf(id), Value = Encoding.UTF8.GetBytes(json.ToJsonString()) };
        await _state.CommitAsync(new StateTransaction { Mutations = [mutation] });
    }
}
