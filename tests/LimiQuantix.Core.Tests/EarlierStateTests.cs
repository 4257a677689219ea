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
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Half_done_operations_of_version_1_are_finished_and_its_records_are_read()
    {
        await using var folder = new TemporaryFolder();
        var data = folder.Combine("data");
        Copy(Path.Combine(RepositoryRoot.Path, "tests", "LimiQuantix.Core.Tests", "Data", "state-v1"), data);
        var ids = (await File.ReadAllLinesAsync(Path.Combine(data, "ids.txt"))).Select(line => line.Split(' ')).ToDictionary(parts => parts[0], parts => Guid.Parse(parts[1]));
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

    private static ServiceProvider Host(string data, string runtime, FakePlatform fake, byte[] disk)
    {
        var services = new ServiceCollection();
        services.AddLimiQuantix(options =>
        {
            options.DataDirectory = data;
            options.RuntimeDirectory = runtime;
        })
            .AddPlugin(fake)
            .AddPlugin(new TestSource.Plugin(disk))
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
    private sealed class TestSource(byte[] disk) : IImageSource
    {
        public IReadOnlyList<string> Serves { get; } = ["test://"];

        public T? GetCapability<T>() where T : class => null;

        public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

        public Task<ImageSourceInfo> ProbeAsync(ProbeImageRequest request, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ImageSourceInfo { Location = request.Location, LengthBytes = disk.Length });

        public Task<Stream> OpenAsync(ImageRangeRequest request, CancellationToken cancellationToken = default) =>
            Task.FromResult<Stream>(new MemoryStream(disk, writable: false));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public sealed class Options;

        public sealed class Plugin(byte[] disk) : IPlugin
        {
            public void Register(IPluginRegistry registry) =>
                registry.Add<IImageSource, Options>("test-source", (_, _, _) => ValueTask.FromResult<IImageSource>(new TestSource(disk)));
        }
    }
}
