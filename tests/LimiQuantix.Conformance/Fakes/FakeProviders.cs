using LimiQuantix.Consoles;
using LimiQuantix.Guests;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Plugins;
using LimiQuantix.Storage;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>Opens fakes without an engine.</summary>
public static class FakeProviders
{
    /// <summary>Opens a hypervisor.</summary>
    public static IHypervisor Hypervisor(ProviderContext context, FakeWorld world, Action<FakeHypervisorOptions>? configure = null) =>
        new FakeHypervisor(context, Options(world, configure));

    /// <summary>Opens a pool.</summary>
    public static IStorageBackend Storage(ProviderContext context, FakeWorld world, Action<FakeStorageOptions>? configure = null) =>
        new FakeStorage(context, Options(world, configure));

    /// <summary>Opens a network fabric.</summary>
    public static INetworkBackend Network(ProviderContext context, FakeWorld world, Action<FakeNetworkOptions>? configure = null) =>
        new FakeNetwork(context, Options(world, configure));

    /// <summary>Opens an image source.</summary>
    public static IImageSource Images(ProviderContext context, FakeWorld world, Action<FakeImageSourceOptions>? configure = null) =>
        new FakeImageSource(context, Options(world, configure));

    /// <summary>Opens an image store.</summary>
    public static IImageStore ImageStore(ProviderContext context, FakeWorld world, Action<FakeImageStoreOptions>? configure = null) =>
        new FakeImageStore(context, Options(world, configure));

    /// <summary>Opens a backup target.</summary>
    public static IBackupTarget BackupTarget(ProviderContext context, FakeWorld world, Action<FakeBackupTargetOptions>? configure = null) =>
        new FakeBackupTarget(context, Options(world, configure));

    /// <summary>Opens a console provider.</summary>
    public static IConsoleProvider Console(ProviderContext context, FakeWorld world, Action<FakeConsoleOptions>? configure = null) =>
        new FakeConsole(context, Options(world, configure));

    /// <summary>Opens an agent provider beside a hypervisor of its world.</summary>
    public static IGuestAgentProvider GuestAgent(ProviderContext context, FakeWorld world, Action<FakeGuestAgentOptions>? configure = null)
    {
        var options = Options(world, configure);
        return new FakeGuestAgent(Beside(context, world, options.Hypervisor), options);
    }

    /// <summary>A context whose channels are those of a hypervisor of the world.</summary>
    internal static ProviderContext Beside(ProviderContext context, FakeWorld world, string hypervisor)
    {
        var channels = new FakeHypervisor(context with { InstanceName = hypervisor }, new FakeHypervisorOptions { World = world });
        return context with { OpenGuestChannelAsync = channels.OpenChannelAsync };
    }

    private static TOptions Options<TOptions>(FakeWorld world, Action<TOptions>? configure) where TOptions : FakeOptions, new()
    {
        var options = new TOptions { World = world };
        configure?.Invoke(options);
        return options;
    }
}
