using LimiQuantix.Consoles;
using LimiQuantix.Guests;
using LimiQuantix.Images;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.State;
using LimiQuantix.Storage;

namespace LimiQuantix.Providers.Guards;

/// <summary>The guard of each provider contract. What a contract says without being waited for is asked once, at the opening.</summary>
internal static class GuardedContracts
{
    private delegate Task<IProvider> Wrap(IProvider provider, ProviderGuard guard, GuardedCapabilities capabilities, CancellationToken cancellationToken);

    private static readonly Dictionary<Type, Wrap> Known = new()
    {
        [typeof(IHypervisor)] = (provider, guard, capabilities, _) => Ready(new GuardedHypervisor((IHypervisor)provider, guard, capabilities)),
        [typeof(IStorageBackend)] = (provider, guard, capabilities, _) => Ready(new GuardedStorageBackend((IStorageBackend)provider, guard, capabilities)),
        [typeof(INetworkBackend)] = (provider, guard, capabilities, _) => Ready(new GuardedNetworkBackend((INetworkBackend)provider, guard, capabilities)),
        [typeof(IStateStore)] = (provider, guard, capabilities, _) => Ready(new GuardedStateStore((IStateStore)provider, guard, capabilities)),
        [typeof(IBackupTarget)] = (provider, guard, capabilities, _) => Ready(new GuardedBackupTarget((IBackupTarget)provider, guard, capabilities)),
        [typeof(IImageStore)] = (provider, guard, capabilities, _) => Ready(new GuardedImageStore((IImageStore)provider, guard, capabilities)),
        [typeof(IImageSource)] = WrapImageSourceAsync,
        [typeof(IConsoleProvider)] = WrapConsoleProviderAsync,
        [typeof(IGuestAgentProvider)] = WrapGuestAgentProviderAsync,
    };

    /// <summary>The contracts that a plugin may register kinds for.</summary>
    public static IReadOnlyCollection<Type> Contracts => Known.Keys;

    /// <summary>Guards what a plugin opened.</summary>
    /// <exception cref="LimiQuantixException">It failed to say what it is.</exception>
    public static async Task<IProvider> WrapAsync(IProvider provider, ProviderGuard guard, CancellationToken cancellationToken)
    {
        var capabilities = new GuardedCapabilities(guard);
        var wrapped = await Known[guard.Info.Contract](provider, guard, capabilities, cancellationToken).ConfigureAwait(false);
        await capabilities.AskAsync(provider, cancellationToken).ConfigureAwait(false);
        return wrapped;
    }

    private static Task<IProvider> Ready(IProvider provider) => Task.FromResult(provider);

    private static async Task<IProvider> WrapImageSourceAsync(
        IProvider provider, ProviderGuard guard, GuardedCapabilities capabilities, CancellationToken cancellationToken)
    {
        var source = (IImageSource)provider;
        var prefixes = await guard.OpenAsync(_ => Task.FromResult(source.Serves?.ToArray()!), nameof(source.Serves), cancellationToken).ConfigureAwait(false);
        if (prefixes.Any(prefix => prefix is null)) throw ProviderErrors.Wrong(guard.Info, nameof(source.Serves), "an item that is null");
        return prefixes.FirstOrDefault(prefix => !ImageLocation.IsPrefix(prefix)) is { } wrong
            ? throw ProviderErrors.Wrong(guard.Info, nameof(source.Serves), $"'{Names.Show(wrong)}', which is no prefix of locations such as s3:// or https://host/path,")
            : new GuardedImageSource(source, prefixes, guard, capabilities);
    }

    private static async Task<IProvider> WrapConsoleProviderAsync(
        IProvider provider, ProviderGuard guard, GuardedCapabilities capabilities, CancellationToken cancellationToken)
    {
        var console = (IConsoleProvider)provider;
        var kind = await guard.OpenAsync(_ => Task.FromResult(console.Kind), nameof(console.Kind), cancellationToken).ConfigureAwait(false);
        return new GuardedConsoleProvider(console, kind, guard, capabilities);
    }

    private static async Task<IProvider> WrapGuestAgentProviderAsync(
        IProvider provider, ProviderGuard guard, GuardedCapabilities capabilities, CancellationToken cancellationToken)
    {
        var agent = (IGuestAgentProvider)provider;
        var channel = await guard.OpenAsync(_ => Task.FromResult(agent.ChannelName), nameof(agent.ChannelName), cancellationToken).ConfigureAwait(false);
        return new GuardedGuestAgentProvider(agent, channel, guard, capabilities);
    }
}
