using LimiQuantix.Core.Networks;
using LimiQuantix.Core.Nodes;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Core.Storage;
using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.State;
using LimiQuantix.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Verbs;

/// <summary>A noun as the suite sees every one of them.</summary>
internal interface INounUnderTest
{
    string Name { get; }

    /// <summary>Whether it is the whole installation's, so that nobody is foreign to it.</summary>
    bool IsInstallationWide { get; }

    /// <summary>Whether its names can be changed.</summary>
    bool IsRenamed { get; }

    /// <summary>Makes one, or finds one that is there: three different ones at least.</summary>
    Task<IReadOnlyList<Guid>> MakeAsync(Platform platform);

    Task<IResource> GetAsync(ILimiQuantix limiQuantix, ResourceReference reference, bool stored = false);

    Task<IResource?> FindAsync(ILimiQuantix limiQuantix, ResourceReference reference);

    Task<Page<IResource>> ListAsync(ILimiQuantix limiQuantix, Func<ResourceQuery, ResourceQuery>? change = null);

    Task<IResource> UpdateAsync(ILimiQuantix limiQuantix, ResourceReference reference, ResourceUpdate update, long? generation = null, string? key = null);

    Task<ResourcePlan> PlanAsync(ILimiQuantix limiQuantix, ResourceReference reference, ResourceUpdate update);

    IAsyncEnumerable<ResourceEvent<IResource>> WatchAsync(
        ILimiQuantix limiQuantix, Func<ResourceQuery, ResourceQuery> change, string? after, CancellationToken cancellationToken);

    Task<IReadOnlyList<ResourceAction>> ActionsAsync(ILimiQuantix limiQuantix, ResourceReference reference);
}

/// <summary>Every noun that is a resource.</summary>
internal static class NounsUnderTest
{
    public static IReadOnlyList<INounUnderTest> All { get; } =
    [
        new NounUnderTest<VirtualMachine, MachineQuery, MachineUpdate>("machines", of => of.Machines, MachinesAsync),
        new NounUnderTest<Image, ImageQuery, ResourceUpdate>("images", of => of.Images, ImagesAsync),
        new NounUnderTest<Volume, VolumeQuery, VolumeUpdate>("volumes", of => of.Volumes, VolumesAsync),
        new NounUnderTest<VirtualNetwork, NetworkQuery, ResourceUpdate>("networks", of => of.Networks, NetworksAsync),
        new NounUnderTest<StoragePool, PoolQuery, ResourceUpdate>("pools", of => of.Pools, PoolsAsync) { IsInstallationWide = true },
        new NounUnderTest<Node, NodeQuery, ResourceUpdate>("nodes", of => of.Nodes, NodesAsync) { IsInstallationWide = true },
    ];

    private static async Task<IReadOnlyList<Guid>> MachinesAsync(Platform platform)
    {
        List<Guid> ids = [];
        foreach (var name in Named("machine")) ids.Add((await platform.CreateAsync(platform.Spec(name) with { Start = false })).Id);
        return ids;
    }

    private static async Task<IReadOnlyList<Guid>> ImagesAsync(Platform platform)
    {
        List<Guid> ids = [];
        foreach (var name in Named("image"))
        {
            var import = await platform.LimiQuantix.Images.ImportAsync(new ImageImport { Location = platform.DiskPath, Name = name });
            ids.Add((await import.CompletedAsync().WaitAsync(TimeSpan.FromSeconds(60))).Id);
        }

        return ids;
    }

    private static Task<IReadOnlyList<Guid>> VolumesAsync(Platform platform) => InsertAsync(platform, Named("volume").Select(name => new VolumeDocument
    {
        Id = Guid.CreateVersion7(), Project = Caller.DefaultProject, Name = name, Creator = "host", Spec = new VolumeSpec { Pool = "pool", SizeBytes = 1 << 20 },
    }));

    private static Task<IReadOnlyList<Guid>> NetworksAsync(Platform platform) => InsertAsync(platform, Named("network").Select(name => new NetworkDocument
    {
        Id = Guid.CreateVersion7(), Project = Caller.DefaultProject, Name = name, Creator = "host", Spec = new NetworkSpec { Fabric = CoreKinds.UserNetwork },
    }));

    private static Task<IReadOnlyList<Guid>> NodesAsync(Platform platform) =>
        InsertAsync(platform, Named("node").Select(name => NodeDocument.Of(new NodeId(name))));

    private static async Task<IReadOnlyList<Guid>> PoolsAsync(Platform platform) =>
        [.. (await platform.LimiQuantix.Pools.ListAsync()).Items.Select(pool => pool.Id)];

    private static IEnumerable<string> Named(string noun) => [$"b-{noun}", $"c-{noun}", $"a-{noun}"];

    private static async Task<IReadOnlyList<Guid>> InsertAsync<T>(Platform platform, IEnumerable<T> documents) where T : ResourceDocument
    {
        List<Guid> ids = [];
        var store = platform.Services.GetRequiredService<IStateStore>();
        var table = platform.Services.GetRequiredService<ResourceTable<T>>();
        foreach (var document in documents)
        {
            await store.CommitOrThrowAsync(StateWrite.Combine(null, table.Insert(document)), default);
            ids.Add(document.Id);
            await Task.Delay(2);
        }

        return ids;
    }
}

internal sealed class NounUnderTest<T, TQuery, TUpdate>(
    string name, Func<ILimiQuantix, IResources<T, TQuery, TUpdate>> noun, Func<Platform, Task<IReadOnlyList<Guid>>> make) : INounUnderTest
    where T : class, IResource
    where TQuery : ResourceQuery, new()
    where TUpdate : ResourceUpdate
{
    public string Name => name;

    public bool IsInstallationWide { get; init; }

    public bool IsRenamed => !IsInstallationWide;

    public Task<IReadOnlyList<Guid>> MakeAsync(Platform platform) => make(platform);

    public async Task<IResource> GetAsync(ILimiQuantix limiQuantix, ResourceReference reference, bool stored = false) =>
        await noun(limiQuantix).GetAsync(reference, new GetOptions { Stored = stored });

    public async Task<IResource?> FindAsync(ILimiQuantix limiQuantix, ResourceReference reference) => await noun(limiQuantix).FindAsync(reference);

    public async Task<Page<IResource>> ListAsync(ILimiQuantix limiQuantix, Func<ResourceQuery, ResourceQuery>? change = null)
    {
        var page = await noun(limiQuantix).ListAsync(change is null ? null : (TQuery)change(new TQuery()));
        return new Page<IResource> { Items = page.Items, Cursor = page.Cursor, Position = page.Position, StaleNodes = page.StaleNodes };
    }

    public async Task<IResource> UpdateAsync(ILimiQuantix limiQuantix, ResourceReference reference, ResourceUpdate update, long? generation = null, string? key = null) =>
        await noun(limiQuantix).UpdateAsync(reference, Of(update), new UpdateOptions { ExpectedGeneration = generation, IdempotencyKey = key });

    public Task<ResourcePlan> PlanAsync(ILimiQuantix limiQuantix, ResourceReference reference, ResourceUpdate update) =>
        noun(limiQuantix).PlanUpdateAsync(reference, Of(update));

    public async IAsyncEnumerable<ResourceEvent<IResource>> WatchAsync(
        ILimiQuantix limiQuantix, Func<ResourceQuery, ResourceQuery> change, string? after,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var seen in noun(limiQuantix).WatchAsync((TQuery)change(new TQuery()), new WatchOptions { After = after }, cancellationToken))
            yield return new ResourceEvent<IResource> { Kind = seen.Kind, Id = seen.Id, Resource = seen.Resource, Position = seen.Position };
    }

    public Task<IReadOnlyList<ResourceAction>> ActionsAsync(ILimiQuantix limiQuantix, ResourceReference reference) =>
        noun(limiQuantix).GetActionsAsync(reference);

    private static TUpdate Of(ResourceUpdate update) => update as TUpdate
        ?? (typeof(TUpdate) == typeof(VolumeUpdate) ? (TUpdate)(object)new VolumeUpdate { Name = update.Name, Labels = update.Labels, Sharing = update.Sharing } : null)
        ?? (TUpdate)(object)new MachineUpdate { Name = update.Name, Labels = update.Labels, Sharing = update.Sharing };
}
