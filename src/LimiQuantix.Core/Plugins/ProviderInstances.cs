using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Plugins;

/// <summary>
/// The host's named instances. Constructed means valid: every kind is known and every option is right. Each is opened at its first use and
/// ended, last opened first, with the engine.
/// </summary>
internal sealed class ProviderInstances : IAsyncDisposable
{
    private readonly ProviderEnvironment _environment;
    private readonly ILogger _logger;
    private readonly IReadOnlyList<ProviderInstance> _instances;
    private readonly Dictionary<(Type Contract, string Name), ProviderInstance> _byName;
    private readonly Lock _lock = new();
    private readonly List<ProviderInstance> _openOrder = [];
    private volatile bool _disposed;

    /// <summary>Checks the configuration against the kinds that the plugins registered.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: names every problem of every instance.</exception>
    public ProviderInstances(PluginConfiguration configuration, PluginCatalog catalog, ProviderEnvironment environment)
    {
        _environment = environment;
        _logger = environment.LoggerFactory.CreateLogger<ProviderInstances>();
        _instances = InstanceResolution.Resolve(configuration.Instances, catalog);
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

    public async ValueTask DisposeAsync()
    {
        // What was opened ends first, the last opened before the others; closing all the rest waits for what is just being opened.
        List<ProviderInstance> opened;
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            opened = [.. _openOrder.AsEnumerable().Reverse()];
        }

        foreach (ProviderInstance instance in opened.Union(_instances))
        {
            try
            {
                await instance.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                PluginLog.CloseFailed(_logger, e, instance.Info.Contract.Name, instance.Info.Name, instance.Info.Kind);
            }
        }
    }

    private async ValueTask<IProvider> OpenAsync(ProviderInstance instance, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return await instance.GetAsync(_environment, Opened, cancellationToken).ConfigureAwait(false);
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
