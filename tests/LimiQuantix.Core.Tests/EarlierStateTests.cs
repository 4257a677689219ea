using LimiQuantix.Core.Tests.Lifecycle;
using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Operations;
using LimiQuantix.Plugins;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests;

/// <summary>Data folders that earlier versions left in the middle of their work, kept as test data.</summary>
public sealed class EarlierStateTests
{
    public const string Argument = "state-folder";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Half_done_operations_of_version_1_are_finished_and_its_records_are_read()
    {
        await using var folder = new TemporaryFolder();
        var data = folder.Combine("data");
        var ids = await CopyAsync("state-v1", data);
        var disk = await File.ReadAllBytesAsync(Directory.GetFiles(Path.Combine(data, "library", "sha256")).Single());
        var fake = new FakePlatform();
        foreach (var name in new[] { "ready", "doomed" }) fake.Hypervisor.Power[ids[name]] = PowerState.Running;

        await using var services = Host(data, folder.Combine("run"), fake, disk);
        var limiquantix = services.GetRequiredService<ILimiQuantix>();
        var ended = await Task.WhenAll(new[] { "deletion", "creation", "importing" }.Select(name => EndedAsync(limiquantix, ids[name])));

        Assert.That(ended.Select(operation => (operation.Kind, operation.Phase, operation.Attempts)), Is.EqualTo(new[]
        {
            ("machines.delete", OperationPhase.Succeeded, 2),
            ("machines.create", OperationPhase.Succeeded, 2),
            ("images.import", OperationPhase.Succeeded, 2),
        }), string.Join("; ", ended.Select(operation => operation.Error?.Message)));
        var machines = (await limiquantix.Machines.ListAsync()).Items;
        Assert.That(machines.Select(machine => machine.Name).Order(), Is.EqualTo(new[] { "half", "ready" }));
        Assert.That(machines.Select(machine => machine.Status.Phase), Is.All.EqualTo(MachinePhase.Ready));
        Assert.That(machines.Single(machine => machine.Name == "ready").Spec.Labels["made"], Is.EqualTo("by hand"));
        Assert.That(fake.Hypervisor.Defined.Keys, Does.Contain(ids["half"]));
        Assert.That(fake.Hypervisor.Power.ContainsKey(ids["doomed"]), Is.False);
        var images = (await limiquantix.Images.ListAsync()).Items;
        Assert.That(images.Select(image => image.Status.Phase), Is.All.EqualTo(ImagePhase.Ready));
        Assert.That(images.Select(image => image.Status.Digest).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Half_done_operations_of_the_contracts_first_form_are_finished_and_its_records_are_read()
    {
        await using var folder = new TemporaryFolder();
        var data = folder.Combine("data");
        var ids = await CopyAsync("state-v2", data);
        var disk = await File.ReadAllBytesAsync(Directory.GetFiles(Path.Combine(data, "library", "sha256")).Single());
        var fake = new FakePlatform();
        foreach (var name in new[] { "ready", "doomed", "restarted" }) await DefineAsync(fake, ids[name], PowerState.Running);
        await DefineAsync(fake, ids["grown"], PowerState.Stopped);

        await using var services = Host(data, folder.Combine("run"), fake, disk);
        var limiquantix = services.GetRequiredService<ILimiQuantix>();
        var ended = await Task.WhenAll(new[] { "deletion", "creation", "importing", "restart", "update" }.Select(name => EndedAsync(limiquantix, ids[name])));

        Assert.That(ended.Select(operation => (operation.Kind, operation.Phase, operation.Attempts)), Is.EqualTo(new[]
        {
            ("machines.delete", OperationPhase.Succeeded, 2),
            ("machines.create", OperationPhase.Succeeded, 2),
            ("images.import", OperationPhase.Succeeded, 2),
            ("machines.restart", OperationPhase.Succeeded, 2),
            ("machines.update", OperationPhase.Succeeded, 2),
        }), string.Join("; ", ended.Select(operation => operation.Error?.Message)));
        var machines = (await limiquantix.Machines.ListAsync(new MachineQuery { Order = ResourceOrder.Name })).Items;
        Assert.That(machines.Select(machine => machine.Name), Is.EqualTo(new[] { "grown", "half", "ready", "restarted" }));
        Assert.That(machines.Select(machine => machine.Status.Phase), Is.All.EqualTo(MachinePhase.Ready));
        Assert.That((await limiquantix.Machines.GetAsync("grown")).Spec.Cpu.Count, Is.EqualTo(2));
        Assert.That((await limiquantix.Machines.GetAsync("restarted")).Status.PowerState, Is.EqualTo(PowerState.Running));
        Assert.That((await limiquantix.Machines.ListAsync(new MachineQuery { Labels = new Dictionary<string, string> { ["made"] = "by hand" } })).Items.Select(machine => machine.Name), Is.EqualTo(new[] { "ready" }));
        Assert.That((await limiquantix.Images.ListAsync()).Items.Select(image => image.Status.Phase), Is.All.EqualTo(ImagePhase.Ready));
    }

    /// <summary>Makes the data of the test above: what this program does when <see cref="Argument"/> is its first one. The folder is told.</summary>
    internal static async Task<int> MakeAsync()
    {
        await using var folder = new TemporaryFolder();
        var fake = new FakePlatform();
        var disk = LifecycleHost.Disk();
        await using var services = Host(folder.Combine("data"), folder.Combine("run"), fake, disk, TimeSpan.FromMinutes(5));
        var limiquantix = services.GetRequiredService<ILimiQuantix>();
        var image = await limiquantix.Images.EnsureAsync("test://quick/disk.raw");
        MachineSpec Spec(string name) => new()
        {
            Name = name, Disks = [DiskSpec.FromImage(image.Id, 1L << 30)], Memory = new MachineMemory { SizeBytes = 256L << 20 }, AllowNoLogin = true,
            Labels = name == "ready" ? new Dictionary<string, string> { ["made"] = "by hand" } : [], Start = name != "grown",
        };
        List<string> ids = [];
        Dictionary<string, Guid> machines = [];
        foreach (var name in new[] { "ready", "doomed", "restarted", "grown" })
        {
            machines[name] = (await (await limiquantix.Machines.CreateAsync(Spec(name))).CompletedAsync().WaitAsync(Patience)).Id;
            ids.Add($"{name} {machines[name]}");
        }

        var never = new TaskCompletionSource();
        foreach (var method in new[] { nameof(IHypervisor.DeleteAsync), nameof(IHypervisor.EnsureDefinedAsync), nameof(IHypervisor.StopAsync), nameof(IHypervisor.UpdateAsync) })
            fake.Hypervisor.Gates[method] = never.Task;
        var calls = fake.Hypervisor.Calls.ToDictionary();
        ids.Add($"deletion {(await limiquantix.Machines.DeleteAsync(machines["doomed"])).Id}");
        var creation = await limiquantix.Machines.CreateAsync(Spec("half"));
        ids.AddRange([$"half {creation.ResourceId}", $"creation {creation.Id}"]);
        ids.Add($"restart {(await limiquantix.Machines.RestartAsync(machines["restarted"], new RestartOptions { Mode = StopMode.Force })).Id}");
        _ = limiquantix.Machines.UpdateAsync(machines["grown"], new MachineUpdate { Cpu = new MachineCpu { Count = 2 } });
        ids.Add($"importing {(await limiquantix.Images.ImportAsync(new ImageImport { Location = "test://slow/disk.raw", Name = "slow" })).Id}");
        await Eventually.TrueAsync(() => fake.Hypervisor.Gates.Keys.All(method => fake.Hypervisor.Calls.GetValueOrDefault(method) > calls.GetValueOrDefault(method)), "every operation waits in the hypervisor");
        await Eventually.TrueAsync(() => Directory.EnumerateFiles(folder.Combine("data"), "*.part", SearchOption.AllDirectories).Any(), "the import has begun");
        ids.Add($"update {(await limiquantix.Operations.ListAsync(new OperationQuery { Kind = "machines.update" })).Items.Single().Id}");

        var kept = Path.Combine(Path.GetTempPath(), $"limiquantix-state-{Guid.NewGuid():N}");
        // As a backup would: the engine has some of the files locked.
        await Command.OutputAsync("cp", ["-r", folder.Combine("data"), kept]);
        await File.WriteAllLinesAsync(Path.Combine(kept, "ids.txt"), ids);
        Console.WriteLine($"kept in {kept}");
        never.SetCanceled();
        return 0;
    }

    private static async Task<Dictionary<string, Guid>> CopyAsync(string name, string data)
    {
        Copy(Path.Combine(RepositoryRoot.Path, "tests", "LimiQuantix.Core.Tests", "Data", name), data);
        return (await File.ReadAllLinesAsync(Path.Combine(data, "ids.txt"))).Select(line => line.Split(' ')).ToDictionary(parts => parts[0], parts => Guid.Parse(parts[1]));
    }

    // The hypervisor outlived the host; what it says of a definition's contents is nobody's concern here.
    private static async Task DefineAsync(FakePlatform fake, Guid id, PowerState power)
    {
        await fake.Hypervisor.EnsureDefinedAsync(new DefineMachineRequest
        {
            Call = new ProviderCall { Era = 0, EngineToken = 0 },
            Definition = new MachineDefinition
            {
                Ownership = new Ownership { InstallationId = Guid.Empty, ResourceId = id, Project = "default" },
                DisplayName = "kept", Cpu = new MachineCpu(), Memory = new MachineMemory(), Disks = [],
            },
        });
        fake.Hypervisor.Power[id] = power;
    }

    private static ServiceProvider Host(string data, string runtime, FakePlatform fake, byte[] disk, TimeSpan slow = default)
    {
        var services = new ServiceCollection();
        services.AddLimiQuantix(options =>
        {
            options.DataDirectory = data;
            options.RuntimeDirectory = runtime;
        })
            .AddPlugin(fake)
            .AddPlugin(new TestSource.Plugin(disk, slow))
            .AddInstance<FakePlatformOptions>("fake", "fake")
            .AddInstance<FakePlatformStorageOptions>("fake", "pool")
            .AddInstance<TestSource.Options>("test-source", "test-source");
        return services.BuildServiceProvider();
    }

    private static async Task<Operation> EndedAsync(ILimiQuantix limiquantix, Guid id)
    {
        using var deadline = new CancellationTokenSource(Patience);
        Operation? last = null;
        await foreach (var operation in limiquantix.Operations.WatchAsync(id, cancellationToken: deadline.Token)) last = operation;
        return last!;
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>Serves one disk at every address of the scheme <c>test</c>.</summary>
    private sealed class TestSource(byte[] disk, TimeSpan slow) : IImageSource
    {
        public IReadOnlyList<string> Serves { get; } = ["test://"];

        public T? GetCapability<T>() where T : class => null;

        public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

        public Task<ImageSourceInfo> ProbeAsync(ProbeImageRequest request, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ImageSourceInfo { Location = request.Location, LengthBytes = disk.Length });

        public Task<Stream> OpenAsync(ImageRangeRequest request, CancellationToken cancellationToken = default) =>
            Task.FromResult<Stream>(new HaltingStream(disk, request.Location.Contains("slow", StringComparison.Ordinal) ? slow : TimeSpan.Zero));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        // Gives half at once, and the rest after a while.
        private sealed class HaltingStream(byte[] disk, TimeSpan slow) : MemoryStream(disk, writable: false)
        {
            public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            {
                if (Position >= Length / 2 && Position < Length) await Task.Delay(slow, cancellationToken);
                return await base.ReadAsync(buffer[..Math.Min(buffer.Length, (int)Length / 2)], cancellationToken);
            }
        }

        public sealed class Options;

        public sealed class Plugin(byte[] disk, TimeSpan slow) : IPlugin
        {
            public void Register(IPluginRegistry registry) =>
                registry.Add<IImageSource, Options>("test-source", (_, _, _) => ValueTask.FromResult<IImageSource>(new TestSource(disk, slow)));
        }
    }
}
