using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Tests.State;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.State;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Lifecycle;

/// <summary>
/// An engine as a host has it, with SQLite and the library in one folder and fakes in a world in another: a second one on the same folders,
/// in this process or another, is a second engine of the installation.
/// </summary>
internal sealed class LifecycleHost : IAsyncDisposable
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);

    /// <summary>Short, so that a lost one is taken over soon; long enough for a busy machine.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(3);

    private readonly ServiceProvider _services;
    private readonly string _folder;
    private DecoratedStateStore? _state;

    public LifecycleHost(string folder, Action<IServiceCollection>? configure = null, Action<FakeStorageOptions>? pool = null, Action<FakeHypervisorOptions>? hypervisor = null)
    {
        _folder = folder;
        World = new FakeWorld(Path.Combine(folder, "world"));
        var services = new ServiceCollection();
        services.AddLimiQuantix(options =>
            {
                options.DataDirectory = Path.Combine(folder, "data");
                options.RuntimeDirectory = Path.Combine(folder, "run");
                options.LeaseDuration = Lease;
            })
            .AddFakeHypervisor(World, configure: hypervisor)
            .AddFakeStorage(World, configure: pool)
            .AddFakeImageSource(World);
        services.AddSingleton<IOperationObserver>(Gate);
        Decorate(services);
        configure?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

    public FakeWorld World { get; }

    public StepGate Gate { get; } = new();

    public IServiceProvider Services => _services;

    public ILimiQuantix LimiQuantix => _services.GetRequiredService<ILimiQuantix>();

    /// <summary>The state, as this host reaches it.</summary>
    public DecoratedStateStore State => _state ??= (DecoratedStateStore)_services.GetRequiredService<IStateStore>();

    /// <summary>The image that machines are made from; published and imported when it is first asked for.</summary>
    public Task<Image> ImageAsync() => LimiQuantix.Images.EnsureAsync(World.Images().Put("disk.raw", Disk()).ToString());

    public MachineSpec Spec(Image image, string name = "web-1", bool start = true) => new()
    {
        Name = name,
        Disks = [DiskSpec.FromImage(image.Id, 1L << 30)],
        Memory = new MachineMemory { SizeBytes = 256L << 20 },
        AllowNoLogin = true,
        Start = start,
    };

    /// <summary>Waits until an operation has ended, whoever runs it.</summary>
    public async Task<LimiQuantix.Operations.Operation> EndedAsync(Guid id)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        LimiQuantix.Operations.Operation? last = null;
        await foreach (var operation in LimiQuantix.Operations.WatchAsync(id, cancellationToken: deadline.Token)) last = operation;
        return last!;
    }

    /// <summary>What there is: state, library and world, ids and times left out, once it is still: what an operation tidies up after its end may take a moment.</summary>
    public async Task<WorldSnapshot> SnapshotAsync()
    {
        WorldSnapshot? last = null;
        await Eventually.TrueAsync(
            async () =>
            {
                WorldSnapshot? next;
                try
                {
                    next = await TakeAsync();
                }
                catch (IOException)
                {
                    // A file went while it was looked at.
                    return false;
                }

                var isStill = last is not null && last.Lines.SequenceEqual(next.Lines);
                last = next;
                return isStill;
            },
            "the world is still", Settling);
        return last!;
    }

    /// <summary>Fails unless the world becomes as it is wanted.</summary>
    /// <exception cref="MatrixViolation">It does not.</exception>
    public async Task MustBecomeAsync(WorldSnapshot wanted, string because)
    {
        MatrixViolation? violation = null;
        try
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    try
                    {
                        (await TakeAsync()).MustEqual(wanted, because);
                        return true;
                    }
                    catch (Exception found) when (found is MatrixViolation or IOException)
                    {
                        // A file that goes while it is looked at is no violation.
                        violation = found as MatrixViolation ?? violation;
                        return false;
                    }
                },
                because, Settling, TimeSpan.FromMilliseconds(100));
        }
        catch (AssertionException) when (violation is not null)
        {
            throw violation;
        }
    }

    private Task<WorldSnapshot> TakeAsync() => WorldSnapshot.TakeAsync(State, Path.Combine(_folder, "data", "library"), World);

    public async ValueTask DisposeAsync()
    {
        World.Faults.Clear();
        await _services.DisposeAsync();
        World.Dispose();
    }

    /// <summary>A disk that the inspection takes for one.</summary>
    public static byte[] Disk()
    {
        var disk = new byte[64 << 10];
        BootSectors.Typewriter.CopyTo(disk, 0);
        byte[] partition = [0x80, 0, 2, 0, 0x83, 0, 33, 0, 1, 0, 0, 0, 0x7F, 0, 0, 0];
        partition.CopyTo(disk, 446);
        return disk;
    }

    private static void Decorate(ServiceCollection services)
    {
        var inner = services.Last(service => service.ServiceType == typeof(IStateStore));
        services.Remove(inner);
        services.AddSingleton<IStateStore>(provider => new DecoratedStateStore((IStateStore)inner.ImplementationFactory!(provider)));
    }
}
