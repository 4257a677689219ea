using LimiQuantix.Providers.Features;

namespace LimiQuantix.Providers.Guards;

/// <summary>What the guarded instances of all contracts share.</summary>
internal abstract class GuardedProvider(IProvider inner, ProviderGuard guard, GuardedCapabilities capabilities) : IProvider
{
    /// <summary>The plugin's own object.</summary>
    internal IProvider Inner => inner;

    /// <summary>Calls the instance.</summary>
    protected ProviderGuard Guard => guard;

    /// <summary>Gives a capability of the contract, guarded too. Asked of the instance when it was opened; this does not call it.</summary>
    /// <exception cref="LimiQuantixException">The instance failed to say whether it has it.</exception>
    public T? GetCapability<T>() where T : class => capabilities.Get<T>();

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) =>
        guard.ProbeAsync(token => inner.CheckHealthAsync(request, token), cancellationToken);

    /// <summary>Lets a definition through whose features the instance declares.</summary>
    protected Task PassAsync(IReadOnlyList<RequiredFeature> required, CancellationToken cancellationToken) =>
        FeatureGate.PassAsync(required, capabilities, guard, cancellationToken);

    public ValueTask DisposeAsync() => guard.DisposeAsync(inner);
}
