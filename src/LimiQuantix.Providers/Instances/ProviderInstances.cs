using LimiQuantix.Providers.Loading;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Providers.Instances;

/// <summary>
/// The host's named instances. Constructed means valid: every kind is known and every option is right. Each is opened at its first use,
/// given out guarded (<see cref="Guards.ProviderGuard"/>), and ended, last opened first, with the engine.
/// </summary>
internal sealed class ProviderInstances : IAsyncDisposable
{
    private readonly ILogger _logger;
    private readonly IReadOnlyList<ProviderInstance> _instances;
    private readonly Dictionary<(Type Contract, string Name), ProviderInstance> _byName;
    private readonly Lock _lock = new();
    private readonly List<ProviderInstance> _openOrder = [];
    private Task? _ending;
    private volatile bool _disposed;

    /// <summary>Checks the configuration against the kinds that the plugins registered.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: names every problem of every instance.</exception>
    public ProviderInstances(PluginConfiguration configuration, PluginCatalog catalog, ProviderEnvironment environment)
    {
        _logger = environment.LoggerFactory.CreateLogger<ProviderInstances>();
        _instances = InstanceResolution.Resolve(configuration.Instances, catalog, environment);
        _byName = _instances.ToDictionary(i => (i.Info.Contract, i.Info.Name));
    }

    /// <summary>Every instance, in the order of configuration.</summary>
    public IReadOnlyList<ProviderInstanceInfo> All() => [.. _instances.Select(i => i.Info)];

    /// <summary>The instances of one contract, in the order of configuration.</summary>
    public IReadOnlyList<ProviderInstanceInfo> All<TProvider>()
        where TProvider : class, IProvider =>
        [.. _instances.Select(i => i.Info).Where(i => i.Contract == typeof(TProvider))];

    /// <summary>Gives an instance, opening it when this is its first use.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>; or the error of its opening.</exception>
    public async ValueTask<TProvider> GetAsync<TProvider>(string name, CancellationToken cancellationToken = default)
        where TProvider : class, IProvider
    {
        if (!_byName.TryGetValue((typeof(TProvider), name), out ProviderInstance? instance))
            throw Unknown(typeof(TProvider), name);
        return (TProvider)await OpenAsync(instance, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives an instance as a provider of any contract.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>; or the error of its opening.</exception>
    public ValueTask<IProvider> GetAsync(ProviderInstanceInfo info, CancellationToken cancellationToken = default) =>
        _byName.TryGetValue((info.Contract, info.Name), out ProviderInstance? instance)
            ? OpenAsync(instance, cancellationToken)
            : throw Unknown(info.Contract, info.Name);

    public async ValueTask DisposeAsync() => await EndAsync(CancellationToken.None).ConfigureAwait(false);

    /// <summary>
    /// Ends the instances, the last opened before the others, each within its deadline. When one does not end in time all the others are
    /// begun at once, so that the whole takes twice the deadline at most.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; the instances then end without being waited for.</param>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        Task ending;
        lock (_lock)
        {
            _disposed = true;
            // What is just being opened, or never was, ends last: it only learns that it may not open any more.
            _ending ??= EndAllAsync([.. _openOrder.AsEnumerable().Reverse().Union(_instances)]);
            ending = _ending;
        }

        await ending.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task EndAllAsync(List<ProviderInstance> instances)
    {
        // Not under the lock of whoever began it.
        await Task.Yield();
        for (var i = 0; i < instances.Count; i++)
        {
            if (await EndAsync(instances[i]).ConfigureAwait(false)) continue;
            await Task.WhenAll(instances[(i + 1)..].Select(EndAsync)).ConfigureAwait(false);
            return;
        }
    }

    /// <summary>Ends one. Whether it answered in time.</summary>
    private async Task<bool> EndAsync(ProviderInstance instance)
    {
        try
        {
            await instance.DisposeAsync().ConfigureAwait(false);
            return true;
        }
        catch (Exception e)
        {
            PluginLog.CloseFailed(_logger, e, instance.Info.Contract.Name, instance.Info.Name, instance.Info.Kind);
            return e is not LimiQuantixException { Code: ErrorCodes.Timeout };
        }
    }

    private async ValueTask<IProvider> OpenAsync(ProviderInstance instance, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return await instance.GetAsync(Opened, cancellationToken).ConfigureAwait(false);
    }

    private void Opened(ProviderInstance instance)
    {
        lock (_lock)
            _openOrder.Add(instance);
        PluginLog.Opened(_logger, instance.Info.Contract.Name, instance.Info.Name, instance.Info.Kind);
    }

    private LimiQuantixException Unknown(Type contract, string name)
    {
        string known = string.Join(", ", _instances.Where(i => i.Info.Contract == contract).Select(i => $"'{i.Info.Name}'"));
        return new LimiQuantixException(
            ErrorCodes.NotFound,
            $"There is no {contract.Name} named '{name}'.",
            known.Length > 0 ? $"There are: {known}." : "None is configured: call a plugin's Add method on the builder.",
            name);
    }
}
