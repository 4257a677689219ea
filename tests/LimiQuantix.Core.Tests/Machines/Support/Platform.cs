using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Machines.Support;

/// <summary>The engine as a host has it, on a fake hypervisor and pool and the state in memory, with one image in its library.</summary>
internal sealed class Platform : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private ServiceProvider? _services;

    public FakePlatform Fake { get; private init; } = new();

    public FakeHypervisor Hypervisor => Fake.Hypervisor;

    public IServiceProvider Services => _services!;

    public ILimiQuantixEngine LimiQuantix => Services.GetRequiredService<ILimiQuantixEngine>();

    public Image Image { get; private set; } = null!;

    /// <summary>The disk that <see cref="Image"/> was imported from.</summary>
    public string DiskPath => _folder.Combine("disk.raw");

    private bool InMemory { get; init; }

    private IReadOnlyList<string> Pools { get; init; } = [];

    private string DataDirectory { get => field ?? _folder.Combine("data"); set; }

    public static async Task<Platform> StartAsync(
        Action<IServiceCollection>? configure = null, string? dataDirectory = null, FakePlatform? fake = null, bool inMemory = true,
        IReadOnlyList<string>? pools = null, bool imports = true)
    {
        var platform = new Platform { Fake = fake ?? new FakePlatform(), InMemory = inMemory, Pools = pools ?? ["pool"] };
        if (dataDirectory is not null) platform.DataDirectory = dataDirectory;
        try
        {
            await platform.BeginAsync(configure, imports);
            return platform;
        }
        catch
        {
            // Nobody else gets hold of it.
            await platform.DisposeAsync();
            throw;
        }
    }

    public MachineSpec Spec(string name = "web-1") => new()
    {
        Name = name,
        Disks = [DiskSpec.FromImage(Image.Id, 1L << 30)],
        Memory = new MachineMemory { SizeBytes = 256L << 20 },
        AllowNoLogin = true,
    };

    public async Task<VirtualMachine> CreateAsync(MachineSpec? spec = null)
    {
        var creation = await LimiQuantix.Machines.CreateAsync(spec ?? Spec());
        return await creation.CompletedAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null) await _services.DisposeAsync();
        await _folder.DisposeAsync();
    }

    private async Task BeginAsync(Action<IServiceCollection>? configure, bool imports)
    {
        var services = new ServiceCollection();
        var builder = services.AddLimiQuantix(options =>
        {
            options.DataDirectory = DataDirectory;
            options.RuntimeDirectory = _folder.Combine("run");
        })
            .AddPlugin(Fake)
            .AddInstance<FakePlatformOptions>("fake", "fake");
        foreach (var pool in Pools) builder.AddInstance<FakePlatformStorageOptions>("fake", pool);
        if (Fake.HasNetwork) builder.AddInstance<FakePlatformNetworkOptions>("fake", "recording");
        if (InMemory) builder.UseInMemoryState();
        configure?.Invoke(services);
        _services = services.BuildServiceProvider();
        if (!imports) return;
        var disk = new byte[1 << 20];
        BootSectors.Typewriter.CopyTo(disk, 0);

        // One Linux partition from the second sector on: without a partition table a raw file is not taken for a disk.
        byte[] partition = [0x80, 0, 2, 0, 0x83, 0, 33, 0, 1, 0, 0, 0, 0xFF, 7, 0, 0];
        partition.CopyTo(disk, 446);
        Image = await LimiQuantix.Images.EnsureAsync(await _folder.WriteAsync(Path.GetFileName(DiskPath), disk));
    }
}
