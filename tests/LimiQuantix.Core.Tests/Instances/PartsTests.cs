using System.Collections.Concurrent;
using System.Reflection;
using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Core.Tests.Plugins;
using LimiQuantix.Machines;
using LimiQuantix.Nodes;
using LimiQuantix.Storage;

namespace LimiQuantix.Core.Tests.Instances;

/// <summary>A pool is what its instances are together; a machine is where the parts of all that it uses are.</summary>
public sealed class PartsTests
{
    private static readonly NodeId One = new("n1");
    private static readonly NodeId Two = new("n2");

    private readonly ConcurrentQueue<(string Part, string Member)> _calls = new();

    [SetUp]
    public void SetUp() => _calls.Clear();

    [Test]
    public async Task Volumes_are_made_by_the_whole_and_attached_by_the_machines_node()
    {
        await using var platform = await StartAsync(builder => builder
            .AddInstance<FakeOptions>("parts", "disks")
            .AddInstance<FakeOptions>("parts", "disks", node: One)
            .AddInstance<FakeOptions>("parts", "disks", node: Two));

        var machine = await platform.CreateAsync(Spec(platform, "disks") with { Node = One });
        await (await platform.LimiQuantix.Machines.DeleteAsync(machine.Id)).CompletedAsync();

        Assert.That(machine.Status.Node, Is.EqualTo(One));
        Assert.That((await platform.LimiQuantix.Pools.GetAsync("disks")).Status.Error, Is.Null, "the whole speaks for it");
        string[] whole = [nameof(IStorageBackend.ImportBaseAsync), nameof(IStorageBackend.EnsureVolumeAsync), nameof(IStorageBackend.DeleteVolumeAsync)];
        string[] part = [nameof(IStorageBackend.AttachAsync), nameof(IStorageBackend.DetachAsync)];
        Assert.That(_calls.Where(call => whole.Contains(call.Member)).Select(call => call.Part), Is.All.EqualTo("whole"));
        Assert.That(_calls.Where(call => part.Contains(call.Member)).Select(call => call.Part), Is.All.EqualTo("n1"));
        string[] both = [.. whole, .. part];
        Assert.That(_calls.Select(call => call.Member).Intersect(both), Is.EquivalentTo(both), "each was called");
    }

    [Test]
    public async Task Machine_is_placed_where_its_pool_has_a_part_which_does_everything_where_there_is_no_whole()
    {
        await using var platform = await StartAsync(builder => builder.AddInstance<FakeOptions>("parts", "edge", node: Two));

        var machine = await platform.CreateAsync(Spec(platform, "edge"));

        Assert.That(machine.Status.Node, Is.EqualTo(Two));
        Assert.That((await platform.LimiQuantix.Volumes.ListAsync()).Items.Single().Status.Node, Is.EqualTo(Two));
        Assert.That((await platform.LimiQuantix.Volumes.GetAsync(machine.Status.Disks[0].VolumeId!.Value)).Status.ObservationError, Is.Null);
        Assert.That(_calls.Select(call => call.Part), Is.All.EqualTo("n2"));
        Assert.That(_calls.Select(call => call.Member), Does.Contain(nameof(IStorageBackend.EnsureVolumeAsync)).And.Contain(nameof(IStorageBackend.AttachAsync)));
    }

    [Test]
    public async Task Machine_that_no_node_can_have_is_refused_with_what_each_lacks()
    {
        await using var platform = await StartAsync(builder => builder.AddInstance<FakeOptions>("parts", "edge", node: Two));
        var spec = Spec(platform, "edge");

        // The user-mode network is the engine's node's own.
        var nowhere = await RefusedAsync(platform, spec with { Nics = null });
        Assert.That(nowhere.Code, Is.EqualTo(ErrorCodes.FailedPrecondition));
        Assert.That(nowhere.Message, Does.Contain("node 'local': pool 'edge'").And.Contain("node 'n1': pool 'edge'").And.Contain("node 'n2': fabric 'user'"));

        var other = await RefusedAsync(platform, spec with { Node = One });
        Assert.That(other.Code, Is.EqualTo(ErrorCodes.FailedPrecondition));
        Assert.That(other.Message, Does.Contain("node 'n1': pool 'edge' has no part here, only on 'n2'").And.Not.Contain("'local'"));

        var unknown = await RefusedAsync(platform, spec with { Node = new NodeId("n9") });
        Assert.That((unknown.Code, unknown.Target), Is.EqualTo((ErrorCodes.NotFound, "n9")));
        Assert.That((await platform.LimiQuantix.Machines.ListAsync()).Items, Is.Empty);
    }

    private static async Task<LimiQuantixException> RefusedAsync(Platform platform, MachineSpec spec) =>
        (await Assert.ThrowsAsync<LimiQuantixException>(() => platform.LimiQuantix.Machines.CreateAsync(spec)))!;

    private static MachineSpec Spec(Platform platform, string pool)
    {
        var spec = platform.Spec();
        return spec with { Disks = [spec.Disks[0] with { Pool = pool }], Nics = [] };
    }

    private Task<Platform> StartAsync(Action<ILimiQuantixBuilder> configure) => Platform.StartAsync(services =>
    {
        // One storage behind all parts: what one makes the others have.
        var storage = new FakeStorage();
        var builder = services.AddLimiQuantix()
            .AddInstance<FakePlatformOptions>("fake", "fake", node: One)
            .AddInstance<FakePlatformOptions>("fake", "fake", node: Two)
            .AddPlugin(new FakePlugin(registry => registry.Add<IStorageBackend, FakeOptions>(
                "parts", (context, _, _) => ValueTask.FromResult(Make(storage, context.IsShared ? "whole" : context.NodeId.Value)), isShared: _ => true)));
        configure(builder);
    });

    private IStorageBackend Make(FakeStorage storage, string part)
    {
        var proxy = DispatchProxy.Create<IStorageBackend, AnsweringProxy>();
        ((AnsweringProxy)(object)proxy).Answer = (method, arguments) =>
        {
            if (method.DeclaringType == typeof(IStorageBackend)) _calls.Enqueue((part, method.Name));
            return method.Invoke(storage, arguments);
        };
        return proxy;
    }
}
