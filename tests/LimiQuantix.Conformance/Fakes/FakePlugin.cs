using LimiQuantix.Conformance.Proxy;
using LimiQuantix.Consoles;
using LimiQuantix.Guests;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Plugins;
using LimiQuantix.Storage;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>Registers a fake of every contract, all of kind <c>fake</c>. A host adds them with <see cref="FakeBuilderExtensions"/>.</summary>
public sealed class FakePlugin : IPlugin
{
    /// <summary>The kind that the plugin registers.</summary>
    public const string Kind = "fake";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        Add<IHypervisor, FakeHypervisorOptions>(registry, (context, options) => new FakeHypervisor(context, options));
        Add<IStorageBackend, FakeStorageOptions>(registry, (context, options) => new FakeStorage(context, options));
        Add<INetworkBackend, FakeNetworkOptions>(registry, (context, options) => new FakeNetwork(context, options));
        Add<IImageSource, FakeImageSourceOptions>(registry, (context, options) => new FakeImageSource(context, options));
        Add<IImageStore, FakeImageStoreOptions>(registry, (context, options) => new FakeImageStore(context, options));
        Add<IBackupTarget, FakeBackupTargetOptions>(registry, (context, options) => new FakeBackupTarget(context, options));
        Add<IConsoleProvider, FakeConsoleOptions>(registry, (context, options) => new FakeConsole(context, options));
        // A remote one runs beside its hypervisor, as in a node daemon: channels do not cross.
        Add<IGuestAgentProvider, FakeGuestAgentOptions>(
            registry, (context, options) => new FakeGuestAgent(options.IsRemote ? FakeProviders.Beside(context, options.World!, options.Hypervisor) : context, options));
    }

    private static void Add<TProvider, TOptions>(IPluginRegistry registry, Func<ProviderContext, TOptions, TProvider> open)
        where TProvider : class, IProvider
        where TOptions : FakeOptions, new() => registry.Add<TProvider, TOptions>(
        Kind, (context, options, _) => ValueTask.FromResult(options.IsRemote ? WireProxy.Of(open(context, options)) : open(context, options)), options => options.Validate());
}

/// <summary>Adds fakes to a host, and gives their other sides.</summary>
public static class FakeBuilderExtensions
{
    /// <summary>Adds a fake hypervisor.</summary>
    public static ILimiQuantixBuilder AddFakeHypervisor(
        this ILimiQuantixBuilder builder, FakeWorld world, string name = "fake", Action<FakeHypervisorOptions>? configure = null) => Add(builder, world, name, configure);

    /// <summary>Adds a fake pool.</summary>
    public static ILimiQuantixBuilder AddFakeStorage(
        this ILimiQuantixBuilder builder, FakeWorld world, string name = "pool", Action<FakeStorageOptions>? configure = null) => Add(builder, world, name, configure);

    /// <summary>Adds a fake network fabric.</summary>
    public static ILimiQuantixBuilder AddFakeNetwork(
        this ILimiQuantixBuilder builder, FakeWorld world, string name = "fabric", Action<FakeNetworkOptions>? configure = null) => Add(builder, world, name, configure);

    /// <summary>Adds a fake image source.</summary>
    public static ILimiQuantixBuilder AddFakeImageSource(
        this ILimiQuantixBuilder builder, FakeWorld world, string name = "images", Action<FakeImageSourceOptions>? configure = null) => Add(builder, world, name, configure);

    /// <summary>Adds a fake image store, which fetches from the fake source <c>images</c>.</summary>
    public static ILimiQuantixBuilder AddFakeImageStore(
        this ILimiQuantixBuilder builder, FakeWorld world, string name = "library", Action<FakeImageStoreOptions>? configure = null) => Add(builder, world, name, configure);

    /// <summary>Adds a fake console provider.</summary>
    public static ILimiQuantixBuilder AddFakeConsole(
        this ILimiQuantixBuilder builder, FakeWorld world, string name = "console", Action<FakeConsoleOptions>? configure = null) => Add(builder, world, name, configure);

    /// <summary>Adds a fake agent provider.</summary>
    public static ILimiQuantixBuilder AddFakeGuestAgent(
        this ILimiQuantixBuilder builder, FakeWorld world, string name = "agent", Action<FakeGuestAgentOptions>? configure = null) => Add(builder, world, name, configure);

    /// <summary>What guests, people and power cuts do to a fake hypervisor's machines.</summary>
    public static FakeHypervisorSide Hypervisor(this FakeWorld world, string name = "fake") => new(world, name);

    /// <summary>What people and reboots do to a fake pool.</summary>
    public static FakeStorageSide Storage(this FakeWorld world, string name = "pool") => new(world, name);

    /// <summary>What is on a fake fabric.</summary>
    public static FakeNetworkSide Network(this FakeWorld world, string name = "fabric") => new(world, name);

    /// <summary>Where images are published for a fake source.</summary>
    public static FakeImageSourceSide Images(this FakeWorld world, string name = "images") => new(world, name);

    private static ILimiQuantixBuilder Add<TOptions>(ILimiQuantixBuilder builder, FakeWorld world, string name, Action<TOptions>? configure)
        where TOptions : FakeOptions, new()
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(world);
        return builder.AddPlugin(new FakePlugin()).AddInstance<TOptions>(FakePlugin.Kind, name, options =>
        {
            options.World = world;
            configure?.Invoke(options);
        });
    }
}
