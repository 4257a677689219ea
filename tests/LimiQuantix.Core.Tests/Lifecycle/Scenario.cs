using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Operations;
using LimiQuantix.State;
using LimiQuantix.Storage;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Lifecycle;

/// <summary>How the matrix asks for an operation of one kind, through the public API. A kind without one fails the matrix.</summary>
internal sealed record Scenario
{
    private const string Key = "matrix";

    /// <summary>The kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Makes what the operation works on. Gives its id.</summary>
    public required Func<LifecycleHost, Task<Guid>> Arrange { get; init; }

    /// <summary>Asks for the operation, with an idempotency key. Gives the operation's id.</summary>
    public required Func<LifecycleHost, Guid, Task<Guid>> Submit { get; init; }

    /// <summary>The provider's member that each step changes something with; a step without one changes nothing at a provider.</summary>
    public required IReadOnlyDictionary<string, string> Members { get; init; }

    /// <summary>Once this step has begun, a cancellation comes too late.</summary>
    public string? PointOfNoReturn { get; init; }

    /// <summary>Makes of a failed or cancelled operation's remains what was before, by the means that the documentation names.</summary>
    public Func<LifecycleHost, Guid, Task> CleanUp { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Whether what was done before a failure stays, and the operation is asked for again.</summary>
    public bool IsAskedAgainAfterFailure => PointOfNoReturn is not null;

    /// <summary>Every kind that the engine registers.</summary>
    public static IReadOnlyDictionary<string, Scenario> All { get; } = new Scenario[]
    {
        new()
        {
            Kind = "machines.create",
            Arrange = async host => (await host.ImageAsync()).Id,
            Submit = async (host, _) => (await host.LimiQuantix.Machines.CreateAsync(host.Spec(await host.ImageAsync()), new() { IdempotencyKey = Key })).Id,
            Members = new Dictionary<string, string>
            {
                ["base"] = nameof(IStorageBackend.FindBaseAsync),
                ["volume"] = nameof(IStorageBackend.EnsureVolumeAsync),
                ["define"] = nameof(IHypervisor.EnsureDefinedAsync),
                ["start"] = nameof(IHypervisor.StartAsync),
            },
            CleanUp = async (host, _) =>
            {
                var left = (await host.LimiQuantix.Machines.ListAsync()).Items.Single();
                MatrixViolation.If(left.Status is not { Phase: MachinePhase.Failed, Error: not null }, "the record does not say that it failed, and why");
                await (await host.LimiQuantix.Machines.DeleteAsync(left.Id)).CompletedAsync();
            },
        },
        new()
        {
            Kind = "machines.start",
            Arrange = host => MachineAsync(host, start: false),
            Submit = async (host, id) => (await host.LimiQuantix.Machines.StartAsync(id, new() { IdempotencyKey = Key })).Id,
            Members = new Dictionary<string, string> { ["attach"] = nameof(IStorageBackend.AttachAsync), ["start"] = nameof(IHypervisor.StartAsync) },
        },
        new()
        {
            Kind = "machines.stop",
            Arrange = host => MachineAsync(host, start: true),
            Submit = async (host, id) => (await host.LimiQuantix.Machines.StopAsync(id, new() { Mode = StopMode.Force, IdempotencyKey = Key })).Id,
            Members = new Dictionary<string, string> { ["stop"] = nameof(IHypervisor.StopAsync) },
            PointOfNoReturn = "stop",
        },
        new()
        {
            Kind = "machines.restart",
            Arrange = host => MachineAsync(host, start: true),
            Submit = async (host, id) => (await host.LimiQuantix.Machines.RestartAsync(id, new() { Mode = StopMode.Force, IdempotencyKey = Key })).Id,
            Members = new Dictionary<string, string> { ["stop"] = nameof(IHypervisor.StopAsync), ["start"] = nameof(IHypervisor.StartAsync) },
            PointOfNoReturn = "stop",
        },
        new()
        {
            Kind = "machines.reset",
            Arrange = host => MachineAsync(host, start: true),
            Submit = async (host, id) => (await host.LimiQuantix.Machines.ResetAsync(id, new() { IdempotencyKey = Key })).Id,
            Members = new Dictionary<string, string> { ["reset"] = nameof(IHypervisor.ResetAsync) },
            PointOfNoReturn = "reset",
        },
        new()
        {
            Kind = "machines.pause",
            Arrange = host => MachineAsync(host, start: true),
            Submit = async (host, id) => (await host.LimiQuantix.Machines.PauseAsync(id, new() { IdempotencyKey = Key })).Id,
            Members = new Dictionary<string, string> { ["pause"] = nameof(IHypervisor.PauseAsync) },
        },
        new()
        {
            Kind = "machines.resume",
            Arrange = async host =>
            {
                var id = await MachineAsync(host, start: true);
                await (await host.LimiQuantix.Machines.PauseAsync(id)).CompletedAsync();
                return id;
            },
            Submit = async (host, id) => (await host.LimiQuantix.Machines.ResumeAsync(id, new() { IdempotencyKey = Key })).Id,
            Members = new Dictionary<string, string> { ["resume"] = nameof(IHypervisor.ResumeAsync) },
        },
        new()
        {
            Kind = "machines.redefine",
            Arrange = async host =>
            {
                var id = await MachineAsync(host, start: false);
                host.World.Hypervisor().Remove(id);
                return id;
            },
            Submit = async (host, id) => (await host.LimiQuantix.Machines.RedefineAsync(id, new() { IdempotencyKey = Key })).Id,
            Members = new Dictionary<string, string> { ["define"] = nameof(IHypervisor.EnsureDefinedAsync) },
        },
        new()
        {
            Kind = "machines.update",
            Arrange = async host =>
            {
                var spec = host.Spec(await host.ImageAsync(), start: false);
                var creation = await host.LimiQuantix.Machines.CreateAsync(spec with { Disks = [.. spec.Disks, DiskSpec.Blank(1L << 30) with { Name = "old" }] });
                return (await creation.CompletedAsync()).Id;
            },
            Submit = UpdateAsync,
            Members = new Dictionary<string, string>
            {
                ["base"] = nameof(IStorageBackend.FindBaseAsync),
                ["volume"] = nameof(IStorageBackend.EnsureVolumeAsync),
                ["update"] = nameof(IHypervisor.UpdateAsync),
                ["grow"] = nameof(ISupportsGrowth.GrowVolumeAsync),
                ["remove"] = nameof(IStorageBackend.DeleteVolumeAsync),
            },
            PointOfNoReturn = "grow",
        },
        new()
        {
            Kind = "machines.delete",
            Arrange = host => MachineAsync(host, start: true),
            Submit = async (host, id) => (await host.LimiQuantix.Machines.DeleteAsync(id, new() { IdempotencyKey = Key })).Id,
            Members = new Dictionary<string, string> { ["delete"] = nameof(IHypervisor.DeleteAsync), ["volume"] = nameof(IStorageBackend.DeleteVolumeAsync) },
            PointOfNoReturn = "delete",
        },
        new()
        {
            Kind = "machines.purge",
            Arrange = async host =>
            {
                var id = await MachineAsync(host, start: true);
                await ForgetAsync(host, id);
                return id;
            },
            Submit = async (host, id) => (await host.LimiQuantix.Machines.PurgeAsync(id, new() { IdempotencyKey = Key })).Id,
            Members = new Dictionary<string, string>
            {
                ["stop"] = nameof(IHypervisor.StopAsync),
                ["volume"] = nameof(IStorageBackend.DeleteVolumeAsync),
                ["delete"] = nameof(IHypervisor.DeleteAsync),
            },
            PointOfNoReturn = "stop",
        },
        new()
        {
            Kind = "volumes.update",
            Arrange = async host =>
            {
                var spec = host.Spec(await host.ImageAsync(), start: false);
                var creation = await host.LimiQuantix.Machines.CreateAsync(spec with { Disks = [.. spec.Disks, DiskSpec.Blank(1L << 30) with { Name = "kept", KeepOnDelete = true }] });
                var machine = await creation.CompletedAsync();
                await (await host.LimiQuantix.Machines.DeleteAsync(machine.Id)).CompletedAsync();
                return machine.Status.Disks[1].VolumeId!.Value;
            },
            Submit = GrowAsync,
            Members = new Dictionary<string, string> { ["grow"] = nameof(ISupportsGrowth.GrowVolumeAsync) },
            PointOfNoReturn = "grow",
        },
        new()
        {
            Kind = "images.import",
            Arrange = host => Task.FromResult(Guid.Empty),
            Submit = async (host, _) =>
            {
                var location = host.World.Images().Put("another.raw", LifecycleHost.Disk());
                return (await host.LimiQuantix.Images.ImportAsync(new ImageImport { Location = location.ToString() }, new() { IdempotencyKey = Key })).Id;
            },
            Members = new Dictionary<string, string> { ["import"] = nameof(IImageSource.OpenAsync) },
            CleanUp = async (host, _) =>
            {
                foreach (var image in (await host.LimiQuantix.Images.ListAsync()).Items) await host.LimiQuantix.Images.DeleteAsync(image.Id);
            },
        },
    }.ToDictionary(scenario => scenario.Kind);

    /// <summary>Asks for more and less of everything, and gives the operation; another id when there is nothing to do.</summary>
    public static async Task<Guid> UpdateAsync(LifecycleHost host, Guid id)
    {
        var image = (await host.ImageAsync()).Id;
        return await BegunAsync(host, "machines.update", () => host.LimiQuantix.Machines.UpdateAsync(id, new MachineUpdate
        {
            Cpu = new MachineCpu { Count = 2 },
            Disks = new Dictionary<string, DiskUpdate?>
            {
                ["disk0"] = new() { SizeBytes = 2L << 30 },
                ["old"] = null,
                ["new"] = new() { Source = new ImageDiskSource { ImageId = image }, SizeBytes = 1L << 30 },
            },
            Nics = new Dictionary<string, NicUpdate?> { ["more"] = new() },
        }));
    }

    /// <summary>Asks for a larger volume, and gives the operation; another id when there is nothing to do.</summary>
    public static Task<Guid> GrowAsync(LifecycleHost host, Guid id) =>
        BegunAsync(host, "volumes.update", () => host.LimiQuantix.Volumes.UpdateAsync(id, new VolumeUpdate { SizeBytes = 2L << 30 }));

    // An update waits for its operation, and how that ends is told by it.
    private static async Task<Guid> BegunAsync(LifecycleHost host, string kind, Func<Task> begin)
    {
        var known = (await host.LimiQuantix.Operations.ListAsync()).Items.Select(operation => operation.Id).ToHashSet();
        var update = begin();
        _ = update.ContinueWith(ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        Guid? found = null;
        await Eventually.TrueAsync(
            async () =>
            {
                var isDone = update.IsCompleted;
                found = (await host.LimiQuantix.Operations.ListAsync()).Items.FirstOrDefault(operation => operation.Kind == kind && !known.Contains(operation.Id))?.Id;
                return found is not null || isDone;
            },
            "the update is asked for");
        return found ?? Guid.NewGuid();
    }

    /// <summary>Takes from the state all that it knows of a machine, as a restored older backup does.</summary>
    public static async Task ForgetAsync(LifecycleHost host, Guid id)
    {
        var page = await host.State.ListAsync(new StateQuery { Prefix = "" });
        string[] known = ["machines/", "volumes/", "names/machines/", "names/volumes/", "macs/", "reservations/", "usage/"];
        var mutations = page.Entries.Where(entry => known.Any(prefix => entry.Key.StartsWith(prefix, StringComparison.Ordinal)))
            .Select(entry => new StateMutation { Key = entry.Key }).ToList();
        MatrixViolation.If(!mutations.Exists(mutation => mutation.Key == $"machines/{id:D}"), "there was no such machine");
        await host.State.CommitAsync(new StateTransaction { Mutations = mutations });
    }

    private static async Task<Guid> MachineAsync(LifecycleHost host, bool start)
    {
        var creation = await host.LimiQuantix.Machines.CreateAsync(host.Spec(await host.ImageAsync(), start: start));
        return (await creation.CompletedAsync()).Id;
    }

}
