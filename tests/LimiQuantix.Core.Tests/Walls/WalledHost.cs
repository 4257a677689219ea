using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Core.Tests.State;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;
using LimiQuantix.State;
using LimiQuantix.Storage;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Walls;

/// <summary>
/// A host on a state that has one resource of each kind, in which no engine runs and no provider can be opened: whatever is read, written or
/// opened is a call's own doing.
/// </summary>
internal sealed class WalledHost : IAsyncDisposable
{
    /// <summary>The project that has the resources.</summary>
    public static readonly Caller Owner = Caller.Host;

    /// <summary>Another one.</summary>
    public static readonly Caller Foreigner = new() { Name = "mallory", Project = "other" };

    private readonly TemporaryFolder _folder = new();
    private readonly ForbiddenPlatform _forbidden = new();
    private ServiceProvider _services = null!;
    private Dictionary<string, WallTarget> _targets = null!;

    public AskedAuthorizer Authorizer { get; } = new();

    public WallArguments Arguments { get; private set; } = null!;

    /// <summary>What was read, written and opened since <see cref="Forget"/>.</summary>
    public WallTrace Trace { get; private set; } = new();

    public static async Task<WalledHost> StartAsync()
    {
        var host = new WalledHost();
        try
        {
            await host.FillAsync();
            await host.BuildAsync();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public ILimiQuantix For(Caller caller) => new LimiQuantixFacade(caller, _services.GetRequiredService<EngineFacades>());

    /// <summary>The owner's resource of a noun.</summary>
    public WallTarget TargetOf(string noun) => _targets[noun];

    public void Forget()
    {
        Trace = new WallTrace();
        Authorizer.Asked.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null) await _services.DisposeAsync();
        await _folder.DisposeAsync();
    }

    // One of everything, made by an engine that is gone afterwards.
    private async Task FillAsync()
    {
        await using var platform = await Platform.StartAsync(dataDirectory: _folder.Combine("data"), inMemory: false);
        var limiQuantix = platform.LimiQuantix;
        var creation = await limiQuantix.Machines.CreateAsync(platform.Spec());
        var machine = await creation.CompletedAsync().WaitAsync(TimeSpan.FromSeconds(60));
        var network = (await limiQuantix.Networks.ListAsync()).Items.Single();
        var volume = (await limiQuantix.Volumes.ListAsync()).Items.Single();
        var ofMachine = new WallTarget(machine.Id, machine.Name);
        _targets = new Dictionary<string, WallTarget>
        {
            [nameof(ILimiQuantix.Nodes)] = new((await limiQuantix.Nodes.ListAsync()).Items.Single().Id, "local"),
            [nameof(ILimiQuantix.Pools)] = new((await limiQuantix.Pools.ListAsync()).Items.Single().Id, "pool"),
            [nameof(ILimiQuantix.Machines)] = ofMachine,
            [nameof(ILimiQuantix.Consoles)] = ofMachine,
            [nameof(ILimiQuantix.Guests)] = ofMachine,
            [nameof(ILimiQuantix.Images)] = new(platform.Image.Id, platform.Image.Name),
            [nameof(ILimiQuantix.Volumes)] = new(volume.Id, volume.Name),
            [nameof(ILimiQuantix.Networks)] = new(network.Id, network.Name),
            [nameof(ILimiQuantix.Operations)] = new(creation.Id, ""),
        };
        Arguments = new WallArguments(platform.Spec("another"));
    }

    private async Task BuildAsync()
    {
        var services = new ServiceCollection();
        services.AddLimiQuantix(options =>
            {
                options.DataDirectory = _folder.Combine("data");
                options.RuntimeDirectory = _folder.Combine("run");
            })
            .AddPlugin(_forbidden)
            .AddInstance<FakePlatformOptions>("fake", "fake")
            .AddInstance<FakePlatformStorageOptions>("fake", "pool")
            .AddInstance<ForbiddenSourceOptions>("fake", "source");
        services.AddSingleton<IAuthorizer>(Authorizer);
        var inner = services.Last(service => service.ServiceType == typeof(IStateStore));
        services.Remove(inner);
        services.AddSingleton<IStateStore>(provider => new DecoratedStateStore((IStateStore)inner.ImplementationFactory!(provider))
        {
            Reading = key => Trace.Add("read", key),
            BeforeCommit = transaction => Note("written", string.Join(", ", transaction.Mutations.Select(mutation => mutation.Key))),
            BeforeLease = () => Note("written", "lease"),
        });
        _services = services.BuildServiceProvider();
        _forbidden.Opening = contract => Trace.Add("opened", contract.Name);
        // The state is opened now, not by the first call that is looked at.
        await _services.GetRequiredService<IStateStore>().GetAsync("nothing");
        Forget();
    }

    private Task Note(string what, string detail)
    {
        Trace.Add(what, detail);
        return Task.CompletedTask;
    }

    // Kinds that the state names, none of which may be opened.
    private sealed class ForbiddenPlatform : IPlugin
    {
        public Action<Type> Opening { get; set; } = _ => { };

        public void Register(IPluginRegistry registry)
        {
            registry.Add<IHypervisor, FakePlatformOptions>("fake", (_, _, _) => throw Opened(typeof(IHypervisor)));
            registry.Add<IStorageBackend, FakePlatformStorageOptions>("fake", (_, _, _) => throw Opened(typeof(IStorageBackend)));
            registry.Add<IImageSource, ForbiddenSourceOptions>("fake", (_, _, _) => throw Opened(typeof(IImageSource)));
        }

        private LimiQuantixException Opened(Type contract)
        {
            Opening(contract);
            return new LimiQuantixException(ErrorCodes.Unavailable, "This provider is not to be opened.");
        }
    }

    private sealed class ForbiddenSourceOptions;
}

/// <summary>What a call did, in its order.</summary>
internal sealed class WallTrace
{
    private readonly Lock _lock = new();
    private readonly List<(string What, string Detail)> _entries = [];

    public void Add(string what, string detail)
    {
        lock (_lock) _entries.Add((what, detail));
    }

    public IReadOnlyList<string> Of(string what)
    {
        lock (_lock) return [.. _entries.Where(entry => entry.What == what).Select(entry => entry.Detail)];
    }
}

/// <summary>Allows or refuses everything, and remembers what it was asked.</summary>
internal sealed class AskedAuthorizer : IAuthorizer
{
    public bool Refuses { get; set; }

    public List<AuthorizationRequest> Asked { get; } = [];

    public ValueTask<bool> AuthorizeAsync(AuthorizationRequest request, CancellationToken cancellationToken = default)
    {
        lock (Asked) Asked.Add(request);
        return ValueTask.FromResult(!Refuses);
    }
}
