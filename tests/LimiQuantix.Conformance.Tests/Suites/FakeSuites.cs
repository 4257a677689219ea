using System.Buffers;
using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Consoles;
using LimiQuantix.Guests;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Plugins;
using LimiQuantix.Storage;

namespace LimiQuantix.Conformance.Tests.Suites;

[TestFixture(false)]
[TestFixture(true)]
public sealed class FakeNetworkSuite(bool isRemote) : NetworkSuite(isRemote)
{
    private FakeWorld _world = null!;

    protected override bool HasForwards => true;

    protected override SuiteHost MakeHost()
    {
        _world = new FakeWorld();
        return new SuiteHost();
    }

    protected override ValueTask<INetworkBackend> OpenAsync(ProviderContext context) => new(FakeProviders.Network(context, _world, options => options.HasChosenAddresses = true));

    protected override void SlowDown() => _world.Slow();

    [TearDown]
    public void CloseWorld() => _world.Dispose();
}

[TestFixture(false)]
[TestFixture(true)]
public sealed class FakeBridgeSuite(bool isRemote) : NetworkSuite(isRemote)
{
    private FakeWorld _world = null!;

    protected override SuiteHost MakeHost()
    {
        _world = new FakeWorld();
        return new SuiteHost();
    }

    protected override ValueTask<INetworkBackend> OpenAsync(ProviderContext context) =>
        new(FakeProviders.Network(context, _world, options => options.HasForwards = false));

    protected override void SlowDown() => _world.Slow();

    [TearDown]
    public void CloseWorld() => _world.Dispose();
}

[TestFixture(false)]
[TestFixture(true)]
public sealed class FakeStorageSuite(bool isRemote) : StorageSuite(isRemote)
{
    private FakeWorld _world = null!;

    protected override SuiteHost MakeHost()
    {
        _world = new FakeWorld();
        return new SuiteHost(instance: "pool");
    }

    protected override ValueTask<IStorageBackend> OpenAsync(ProviderContext context) => new(FakeProviders.Storage(context, _world));

    protected override Task<Guid?> AddForeignAsync() => Task.FromResult<Guid?>(_world.Storage().AddForeign());

    protected override Task<bool> IsForeignThereAsync(Guid id) => Task.FromResult(_world.Storage().Find(id) is not null);

    protected override void SlowDown() => _world.Slow();

    [TearDown]
    public void CloseWorld() => _world.Dispose();
}

[TestFixture(false)]
[TestFixture(true)]
public sealed class FakeImageSourceSuite(bool isRemote) : ImageSourceSuite(isRemote)
{
    private FakeWorld _world = null!;
    private int _versions;

    protected override string Missing => "fake://images/missing";

    protected override SuiteHost MakeHost()
    {
        _world = new FakeWorld();
        return new SuiteHost(instance: "images");
    }

    protected override ValueTask<IImageSource> OpenAsync(ProviderContext context) => new(FakeProviders.Images(context, _world));

    protected override Task<string> PublishAsync(string name, byte[] content) => Task.FromResult(_world.Images().Put(name, content, $"v{++_versions}"));

    protected override void SlowDown() => _world.Slow();

    [TearDown]
    public void CloseWorld() => _world.Dispose();
}

[TestFixture(false)]
[TestFixture(true)]
public sealed class FakeBackupTargetSuite(bool isRemote) : BackupTargetSuite(isRemote)
{
    private FakeWorld _world = null!;

    protected override SuiteHost MakeHost()
    {
        _world = new FakeWorld();
        return new SuiteHost(instance: "backups");
    }

    protected override ValueTask<IBackupTarget> OpenAsync(ProviderContext context) => new(FakeProviders.BackupTarget(context, _world));

    protected override void SlowDown() => _world.Slow();

    [TearDown]
    public void CloseWorld() => _world.Dispose();
}

[TestFixture(false)]
[TestFixture(true)]
public sealed class FakeImageStoreSuite(bool isRemote) : ImageStoreSuite(isRemote)
{
    private FakeWorld _world = null!;

    protected override string Missing => "fake://images/missing";

    protected override SuiteHost MakeHost()
    {
        _world = new FakeWorld();
        return new SuiteHost(instance: "library");
    }

    protected override ValueTask<IImageStore> OpenAsync(ProviderContext context) => new(FakeProviders.ImageStore(context, _world));

    protected override Task<string> PublishAsync(string name, byte[] content) => Task.FromResult(_world.Images().Put(name, content));

    protected override void SlowDown() => _world.Slow();

    [TearDown]
    public void CloseWorld() => _world.Dispose();
}

[TestFixture(false)]
[TestFixture(true)]
public sealed class FakeConsoleSuite(bool isRemote) : ConsoleSuite(isRemote)
{
    private FakeWorld _world = null!;

    protected override ReadOnlyMemory<byte> Hello { get; } = "?hello\n"u8.ToArray();

    protected override ReadOnlyMemory<byte> KeyPress { get; } = "press a\n"u8.ToArray();

    protected override ReadOnlyMemory<byte> Question { get; } = "?still there\n"u8.ToArray();

    protected override SuiteHost MakeHost()
    {
        _world = new FakeWorld();
        return new SuiteHost();
    }

    protected override bool IsAnswer(ReadOnlySequence<byte> bytes) => bytes.ToArray().AsSpan().EndsWith(Hello.Span);

    protected override ValueTask<IConsoleProvider> OpenAsync(ProviderContext context) => new(FakeProviders.Console(context, _world));

    protected override Task<Stream> ConnectAsync() => Task.FromResult(FakeConsoleServer.Open());

    protected override void SlowDown() => _world.Slow();

    [TearDown]
    public void CloseWorld() => _world.Dispose();
}

[TestFixture(false, VirtioChannel.QemuGuestAgent, Description = "commands")]
[TestFixture(true, VirtioChannel.QemuGuestAgent)]
[TestFixture(false, VirtioChannel.GuestAgent, Description = "bytes")]
[TestFixture(true, VirtioChannel.GuestAgent)]
public sealed class FakeGuestAgentSuite(bool isRemote, string channel) : GuestAgentSuite(isRemote)
{
    private FakeWorld _world = null!;
    private IHypervisor _hypervisor = null!;

    protected override SuiteHost MakeHost()
    {
        _world = new FakeWorld();
        var host = new SuiteHost(instance: "fake");
        _hypervisor = FakeProviders.Hypervisor(host.Context, _world);
        return host;
    }

    protected override ValueTask<IGuestAgentProvider> OpenAsync(ProviderContext context) =>
        new(FakeProviders.GuestAgent(context, _world, options => options.ChannelName = channel));

    protected override Task<Guid> AnsweringAsync() => MachineAsync(new FakeGuest
    {
        Addresses = [Address],
        Files = new Dictionary<string, string> { [FilePath] = Content, [EmptyPath] = "" },
    });

    protected override Task<Guid> AbsentAsync() => MachineAsync(null);

    protected override Task<Guid> SilentAsync() => MachineAsync(new FakeGuest { IsSilent = true });

    protected override Task<Guid> RefusingAsync() => MachineAsync(new FakeGuest { Refuses = ["addresses", "read"] });

    protected override async Task<Guid> PausedAsync()
    {
        var id = await MachineAsync(new FakeGuest());
        _world.Hypervisor().SetPower(id, PowerState.Paused);
        return id;
    }

    protected override async Task<Guid> OffAsync()
    {
        var id = await MachineAsync(new FakeGuest());
        _world.Hypervisor().SetPower(id, PowerState.Stopped);
        return id;
    }

    protected override void SlowDown() => _world.Slow();

    [TearDown]
    public async Task CloseWorldAsync()
    {
        await _hypervisor.DisposeAsync();
        _world.Dispose();
    }

    private async Task<Guid> MachineAsync(FakeGuest? guest)
    {
        var definition = Fakes.Machines.Definition(Context) with { Channels = [new VirtioChannel { Name = channel }] };
        var id = definition.Ownership.ResourceId;
        await _hypervisor.EnsureDefinedAsync(definition);
        await _hypervisor.StartAsync(definition);
        _world.Hypervisor().SetGuest(id, guest);
        return id;
    }
}
