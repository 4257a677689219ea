using System.Text;
using System.Text.Json.Nodes;
using LimiQuantix.Core.Images;
using LimiQuantix.Core.Networks;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Core.Storage;
using LimiQuantix.Diagnostics;
using LimiQuantix.State;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Tests.Resources;

[TestFixture]
internal sealed class DocumentSchemaTests
{
    private static readonly Guid Id = Guid.Parse("01a21f33-c1f9-7ad6-957f-872624bbc523");

    [Test]
    public void Documents_of_version_1_are_read_in_todays_shape()
    {
        var volume = Read<VolumeDocument>($$"""{"id":"{{Id}}","project":"p","name":"v","pool":"fast","sizeBytes":512,"imageId":"{{Id}}","machineId":"{{Id}}","extra":1}""");
        var network = Read<NetworkDocument>($$"""{"id":"{{Id}}","project":"p","name":"user","fabric":"user"}""");
        var image = Read<ImageDocument>($$"""{"id":"{{Id}}","project":"p","name":"i","phase":"ready","source":"file:///x","sourceKey":"k","catalogId":"debian-13","operatingSystem":{"defaultUser":"ada"},"sizeBytes":7}""");

        Assert.Multiple(() =>
        {
            Assert.That(volume.Value.Spec, Is.EqualTo(new VolumeSpec { Pool = "fast", SizeBytes = 512, ImageId = Id }));
            Assert.That((volume.Value.MachineId, volume.Value.Generation, volume.Value.Sharing.Scope), Is.EqualTo(((Guid?)Id, 1L, SharingScope.Project)));
            Assert.That(network.Value.Spec.Fabric, Is.EqualTo("user"));
            Assert.That((image.Value.Spec.CatalogId, image.Value.Spec.OperatingSystem.DefaultUser, image.Value.SizeBytes), Is.EqualTo(("debian-13", "ada", 7L)));
        });
        var rewritten = JsonNode.Parse(DocumentSerializer<VolumeDocument>.Write(volume.Value, volume.Json).Span)!.AsObject();
        Assert.That(rewritten["schema"]!.GetValue<int>(), Is.EqualTo(2));
        Assert.That(rewritten.ContainsKey("pool"), Is.False, "what moved is not kept as something unknown");
        Assert.That(rewritten["extra"]!.GetValue<int>(), Is.EqualTo(1), "what is unknown is kept");
    }

    [Test]
    public async Task A_document_of_a_newer_version_is_refused_as_such_left_out_of_lists_and_told_by_the_doctor()
    {
        await using var state = new InMemoryStateStore(TimeProvider.System);
        var unreadable = new UnreadableDocuments(state);
        var table = new ResourceTable<VolumeDocument>(state, "volumes", unreadable: unreadable);
        var newer = new StateMutation
        {
            Key = table.KeyOf(Id),
            Value = Encoding.UTF8.GetBytes($$"""{"schema":99,"id":"{{Id}}","project":"p","name":"v","spec":{"pool":"fast","sizeBytes":512} }"""),
            Indexes = [new() { Name = "project", Value = "p" }],
        };
        await state.CommitAsync(new StateTransaction { Mutations = [newer] });

        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => table.GetAsync(Id, "p", default));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.NewerState));
        Assert.That(thrown.Message, Does.Contain("99"));
        Assert.That(await table.ListAsync("p", default), Is.Empty);
        var told = (await unreadable.CheckPrerequisitesAsync(new CheckPrerequisitesRequest())).Prerequisites.Single();
        Assert.That((told.Name, told.Remedy), Is.EqualTo(($"stored document '{table.KeyOf(Id)}'", thrown.Remedy)));
    }

    [Test]
    public async Task Version_grows_with_every_change_and_generation_with_the_spec_alone()
    {
        await using var state = new InMemoryStateStore(TimeProvider.System);
        var table = new ResourceTable<VolumeDocument>(state, "volumes");
        var made = new VolumeDocument { Id = Id, Project = "p", Name = "v", Spec = new VolumeSpec { Pool = "fast", SizeBytes = 512 } };
        await state.CommitAsync(StateWrite.Combine(null, table.Insert(made)));
        var first = (await table.GetAsync(Id, "p", default)).Value;

        var labelled = await table.UpdateAsync(Id, volume => volume with { Labels = new Dictionary<string, string> { ["a"] = "b" } }, null, default);
        var renamed = await table.UpdateAsync(Id, volume => volume with { Name = "w", Sharing = ResourceSharing.Public }, null, default);
        var grown = await table.UpdateAsync(Id, volume => volume with { Spec = volume.Spec with { SizeBytes = 1024 } }, null, default);
        var same = await table.UpdateAsync(Id, volume => volume with { Generation = 7 }, null, default);

        Assert.That(new[] { first, labelled, renamed, grown, same }.Select(volume => volume.Generation), Is.EqualTo(new long[] { 1, 1, 1, 2, 2 }));
        Assert.That(new[] { first, labelled, renamed, grown }.Select(volume => volume.Version), Is.Ordered.And.Unique);
        Assert.That(same.Version, Is.EqualTo(grown.Version), "nobody sets a generation");
    }

    private static Stored<T> Read<T>(string json) where T : class =>
        DocumentSerializer<T>.Read(new StateEntry { Key = "things/1", Value = Encoding.UTF8.GetBytes(json), Version = 5 });
}
