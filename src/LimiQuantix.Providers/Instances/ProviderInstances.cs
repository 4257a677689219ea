using System.Runtime.CompilerServices;
using System.Threading.Channels;
using LimiQuantix.Nodes;
using LimiQuantix.Providers.Loading;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Providers.Instances;

/// <summary>
/// The named instances of this process. Constructed means valid: every configured kind is known and every option is right. More are added, closed, opened and
/// removed while it lives. Each is opened at its first use, given out guarded (<see cref="Guards.ProviderGuard"/>), and ended, last opened first,
/// with the engine. Thread-safe.
/// </summary>
internal sealed class ProviderInstances : IAsyncDisposable
{
    private const int MaxHints = 4;

    private readonly ILogger _logger;
    private readonly PluginCatalog _catalog;
    private readonly ProviderEnvironment _environment;
    private readonly Lock _lock = new();

    // In the order of configuration and addition; replaced, never changed, so that readers need no lock.
    private volatile IReadOnlyList<ProviderInstance> _instances;
    private readonly List<ProviderInstance> _openOrder = [];
    private Task? _ending;
    private volatile bool _disposed;

    /// <summary>Checks the configuration against the kinds that the plugins registered.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: names every problem of every instance.</exception>
    public ProviderInstances(PluginConfiguration configuration, PluginCatalog catalog, ProviderEnvironment environment)
    {
        (_catalog, _environment) = (catalog, environment);
        _logger = environment.LoggerFactory.CreateLogger<ProviderInstances>();
        _instances = InstanceResolution.Resolve(configuration.Instances, catalog, environment, configuration.Problems);
    }

    // Told on the thread of whoever changed them, which must not work for others.
    private event Action? Changed;

    /// <summary>Every instance, in the order of configuration and addition.</summary>
    public IReadOnlyList<ProviderInstanceInfo> All() => [.. _instances.Select(i => i.Info)];

    /// <summary>The instances of one contract, in the order of configuration and addition, the closed ones left out.</summary>
    public IReadOnlyList<ProviderInstanceInfo> All<TProvider>()
        where TProvider : class, IProvider =>
        [.. _instances.Where(i => i.Info.Contract == typeof(TProvider) && !i.IsClosed).Select(i => i.Info)];

    /// <summary>Gives every instance, now and whenever they have changed. A slow reader gets the newest.</summary>
    public async IAsyncEnumerable<IReadOnlyList<ProviderInstanceInfo>> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        void Tell() => changes.Writer.TryWrite(true);
        Changed += Tell;
        try
        {
            do yield return All();
            while (await changes.Reader.ReadAsync(cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            Changed -= Tell;
        }
    }

    /// <summary>Every instance as it stands.</summary>
    public IReadOnlyList<ProviderInstance> Describe() => _instances;

    /// <summary>Gives an instance of a node, or a shared one, opening it when this is its first use.</summary>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.FailedPrecondition"/>: it is closed; or the error of its opening.
    /// </exception>
    public async ValueTask<TProvider> GetAsync<TProvider>(string name, NodeId? node, CancellationToken cancellationToken = default)
        where TProvider : class, IProvider =>
        (TProvider)await OpenAsync(Find(typeof(TProvider), name, node) ?? throw Unknown(typeof(TProvider), name, node), cancellationToken).ConfigureAwait(false);

    /// <summary>Gives the one instance of a name, wherever it is; of several the shared one, which speaks for the whole.</summary>
    /// <exception cref="LimiQuantixException">
    /// As above; <see cref="ErrorCodes.InvalidArgument"/>: there are several, each on a node.
    /// </exception>
    public async ValueTask<TProvider> GetAsync<TProvider>(string name, CancellationToken cancellationToken = default)
        where TProvider : class, IProvider
    {
        ProviderInstance[] named = [.. _instances.Where(i => i.Info.Contract == typeof(TProvider) && i.Info.Name == name)];
        return named switch
        {
            [var only] => (TProvider)await OpenAsync(only, cancellationToken).ConfigureAwait(false),
            [] => throw Unknown(typeof(TProvider), name, null),
            _ when Array.Find(named, i => i.Info.Node is null) is { } whole => (TProvider)await OpenAsync(whole, cancellationToken).ConfigureAwait(false),
            _ => throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, $"There are {named.Length} {typeof(TProvider).Name} named '{name}'.", "Say of which node.", name),
        };
    }

    /// <summary>Gives the part of a pool or a fabric that does a node's work: the node's own, else the whole.</summary>
    /// <exception cref="LimiQuantixException">As of an instance of the node.</exception>
    public async ValueTask<TProvider> GetPartAsync<TProvider>(string name, NodeId node, CancellationToken cancellationToken = default)
        where TProvider : class, IProvider
    {
        var part = Find(typeof(TProvider), name, node) ?? Find(typeof(TProvider), name, null) ?? throw Unknown(typeof(TProvider), name, node);
        return (TProvider)await OpenAsync(part, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives the part of a pool or a fabric that keeps what it has: the whole, else the node's.</summary>
    /// <exception cref="LimiQuantixException">As of an instance of the node.</exception>
    public async ValueTask<TProvider> GetWholeAsync<TProvider>(string name, NodeId node, CancellationToken cancellationToken = default)
        where TProvider : class, IProvider
    {
        var whole = Find(typeof(TProvider), name, null) ?? Find(typeof(TProvider), name, node) ?? throw Unknown(typeof(TProvider), name, node);
        return (TProvider)await OpenAsync(whole, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether what a pool or a fabric has is each node's own: it has no whole, and parts on several nodes.</summary>
    public bool IsDivided<TProvider>(string name) where TProvider : class, IProvider
    {
        ProviderInstance[] parts = [.. _instances.Where(i => i.Info.Contract == typeof(TProvider) && i.Info.Name == name)];
        return parts.Length > 1 && parts.All(part => part.Info.Node is not null);
    }

    /// <summary>Gives an instance as a provider of any contract.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>; or the error of its opening.</exception>
    public ValueTask<IProvider> GetAsync(ProviderInstanceInfo info, CancellationToken cancellationToken = default) =>
        Find(info.Contract, info.Name, info.Node) is { } instance ? OpenAsync(instance, cancellationToken) : throw Unknown(info.Contract, info.Name, info.Node);

    /// <summary>The plugins that were loaded and have no instance.</summary>
    public IReadOnlyList<PluginNote> Unused()
    {
        HashSet<string> used = [.. _instances.Select(i => i.Info.PluginId)];
        return [.. _catalog.Plugins.Where(plugin => plugin.Refusal is null && plugin.Kinds.Count > 0 && !used.Contains(plugin.Id)).Select(PluginNote.Unused)];
    }

    /// <summary>Tells of the plugins that were loaded and have no instance, once it is known what is stored of instances.</summary>
    public void TellUnused()
    {
        foreach (PluginNote note in Unused()) PluginLog.Noted(_logger, note.Message, note.Remedy);
    }

    /// <summary>Which plugins would have an instance of a contract if something were mended: nothing, or sentences.</summary>
    public string Hints(Type contract)
    {
        var unused = Unused().Where(note => _catalog.Kinds.Any(kind => kind.PluginId == note.Subject && kind.Contract == contract)).Select(note => $" {note.Message} {note.Remedy}");
        return string.Concat(unused.Concat(_catalog.Plugins.Where(plugin => plugin.Refusal is not null).Select(plugin => $" {plugin.Refusal!.Message} {plugin.Refusal.Remedy}")).Take(MaxHints));
    }

    /// <summary>How many calls of an instance's member were given up and have not returned.</summary>
    public int CountLate(ProviderInstanceInfo info, string member) => Find(info)?.CountLate(member) ?? 0;

    /// <summary>Judges an instance that is to be added, without adding it.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: names every problem.</exception>
    public ProviderInstance Resolve(InstanceConfiguration configuration) => InstanceResolution.Resolve([configuration], _catalog, _environment)[0];

    /// <summary>Adds an instance.</summary>
    /// <returns>Whether it is added: there may be one of its contract, name and node.</returns>
    public bool TryAdd(ProviderInstance instance)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (Find(instance.Info) is not null) return false;
            _instances = [.. _instances, instance];
        }

        PluginLog.Added(_logger, instance.Info.Contract.Name, instance.Info.Name, instance.Info.Kind);
        Changed?.Invoke();
        return true;
    }

    /// <summary>Takes an instance out and ends it. Nothing happens when there is none.</summary>
    /// <returns>When it has ended, or its deadline passed.</returns>
    public Task RemoveAsync(ProviderInstanceInfo info) => ReplaceAsync(info, _ => null);

    /// <summary>Closes an instance, or lets it be used again: one that was closed is opened at its next use.</summary>
    /// <returns>When it has ended, or its deadline passed.</returns>
    public Task CloseAsync(ProviderInstanceInfo info, bool isClosed) =>
        ReplaceAsync(info, instance => instance.IsClosed == isClosed ? instance : instance.Renew(isClosed));

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

    private async Task ReplaceAsync(ProviderInstanceInfo info, Func<ProviderInstance, ProviderInstance?> replace)
    {
        ProviderInstance? instance;
        lock (_lock)
        {
            if (_disposed || (instance = Find(info)) is null) return;
            ProviderInstance? next = replace(instance);
            if (next == instance) return;
            _openOrder.Remove(instance);
            _instances = [.. _instances.Select(i => i == instance ? next : i).OfType<ProviderInstance>()];
        }

        PluginLog.Removed(_logger, info.Contract.Name, info.Name, info.Kind);
        Changed?.Invoke();
        await EndAsync(instance).ConfigureAwait(false);
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
            PluginLog.CloseFailed(_logger, e.Trace(), e.Reason(), instance.Info.Contract.Name, instance.Info.Name, instance.Info.Kind);
            return e is not LimiQuantixException { Code: ErrorCodes.Timeout };
        }
    }

    private async ValueTask<IProvider> OpenAsync(ProviderInstance instance, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            return await instance.GetAsync(Opened, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectDisposedException) when (!_disposed)
        {
            // It was taken out, or closed, by somebody else between the look and the use.
            throw Find(instance.Info) is null
                ? Unknown(instance.Info.Contract, instance.Info.Name, instance.Info.Node)
                : new LimiQuantixException(
                    ErrorCodes.Unavailable, $"{instance.Info.ToKey()} was just closed or opened.", "Try again.", instance.Info.Name, isTransient: true);
        }
    }

    private void Opened(ProviderInstance instance)
    {
        lock (_lock)
            _openOrder.Add(instance);
        PluginLog.Opened(_logger, instance.Info.Contract.Name, instance.Info.Name, instance.Info.Kind);
    }

    private ProviderInstance? Find(ProviderInstanceInfo info) => Find(info.Contract, info.Name, info.Node);

    private ProviderInstance? Find(Type contract, string name, NodeId? node) => _instances.FirstOrDefault(i => i.Info.Key == (contract, name, node));

    private LimiQuantixException Unknown(Type contract, string name, NodeId? node)
    {
        string known = string.Join(", ", _instances.Where(i => i.Info.Contract == contract)
            .Select(i => $"'{i.Info.Name}'" + (node is null || i.Info.Node is null ? "" : $" on node '{i.Info.Node}'")));
        return new LimiQuantixException(
            ErrorCodes.NotFound,
            $"There is no {contract.Name} named '{name}'{(node is null ? "" : $" on node '{node}'")}.",
            (known.Length > 0 ? $"There are: {known}." : "None is configured: call a plugin's Add method on the builder.") + Hints(contract),
            name);
    }
}
