using LimiQuantix.Core.Diagnostics;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Resources.Status;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Plugins;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;
using LimiQuantix.Storage;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Instances;

/// <summary>What an instance said last of itself.</summary>
internal sealed record InstanceStatusDocument : StatusDocument
{
    /// <summary>The features that it declared; <see langword="null"/> while it never did.</summary>
    public IReadOnlyList<string>? Features { get; init; }
}

/// <summary>
/// What the instances of hypervisors, pools and fabrics declare to understand: asked by the leader every few minutes, each by itself, and stored, so that
/// placement asks nobody and an instance that does not answer is known by its last declaration.
/// </summary>
internal sealed class FeatureDeclarations(IStateStore store, ProviderInstances providers, TimeProvider timeProvider, ILogger<FeatureDeclarations> logger) : IEngineService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(5);
    private readonly StatusTable<InstanceStatusDocument> _statuses = new(store, "instances");

    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        var loops = new InstanceLoops(providers, timeProvider, logger);
        Task Keep<TProvider>() where TProvider : class, IProvider => loops.RunAsync<TProvider>(
            nameof(IDeclaresFeatures.DeclareFeaturesAsync), (instance, token) => KeepAsync(instance, fence, token), cancellationToken);
        await Task.WhenAll(Keep<IHypervisor>(), Keep<IStorageBackend>(), Keep<INetworkBackend>()).ConfigureAwait(false);
    }

    /// <summary>What an instance declared last, as it is stored; <see langword="null"/> while nothing is.</summary>
    public async Task<IReadOnlyList<string>?> FindAsync(InstanceKey key, CancellationToken cancellationToken) =>
        (await _statuses.FindAsync(IdOf(key), cancellationToken).ConfigureAwait(false))?.Value.Features;

    /// <summary>
    /// What an instance understands: what it declared last. One that never did, as right after the first start, is asked, for a few seconds; empty when it does not say.
    /// </summary>
    public async Task<IReadOnlyCollection<string>> GetAsync(ProviderInstanceInfo instance, CancellationToken cancellationToken)
    {
        if (await FindAsync(instance.ToKey(), cancellationToken).ConfigureAwait(false) is { } declared) return declared;
        try
        {
            return await BoundedCall.RunAsync(token => AskAsync(instance, token), AskLimit, timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is LimiQuantixException or TimeoutException)
        {
            return [];
        }
    }

    private async Task<IReadOnlyList<string>> AskAsync(ProviderInstanceInfo instance, CancellationToken cancellationToken)
    {
        var provider = await providers.GetAsync(instance, cancellationToken).ConfigureAwait(false);
        if (provider.GetCapability<IDeclaresFeatures>() is not { } declares) return [];
        var declaration = await declares.DeclareFeaturesAsync(new DeclareFeaturesRequest(), cancellationToken).ConfigureAwait(false);
        return [.. declaration.Features.Distinct().Order(StringComparer.Ordinal)];
    }

    private async Task KeepAsync(ProviderInstanceInfo instance, StateLease fence, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (providers.CountLate(instance, nameof(IDeclaresFeatures.DeclareFeaturesAsync)) < InstanceLoops.MaxLate)
                await LookAsync(instance, fence, cancellationToken).ConfigureAwait(false);
            await Task.Delay(Interval, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    // What cannot be asked stays as it was said last.
    private async Task LookAsync(ProviderInstanceInfo instance, StateLease fence, CancellationToken cancellationToken)
    {
        var id = IdOf(instance.ToKey());
        var last = await _statuses.FindAsync(id, cancellationToken).ConfigureAwait(false);
        InstanceStatusDocument seen;
        try
        {
            seen = new InstanceStatusDocument { Id = id, Features = await AskAsync(instance, cancellationToken).ConfigureAwait(false), ObservedAt = timeProvider.GetUtcNow() };
        }
        catch (LimiQuantixException exception)
        {
            seen = (last?.Value ?? new InstanceStatusDocument { Id = id }) with { ObservationError = exception.Error };
        }

        await _statuses.WriteAsync(last, seen, fence, null, cancellationToken).ConfigureAwait(false);
    }

    private static Guid IdOf(InstanceKey key) => ResourceDocument.IdOf("instances", key.Node?.Value, $"{key.Contract}/{key.Name}");
}
