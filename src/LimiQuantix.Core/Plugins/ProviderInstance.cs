using LimiQuantix.Plugins;
using LimiQuantix.State;

namespace LimiQuantix.Core.Plugins;

/// <summary>One configured instance: opened once, when first needed; a failed open is tried again at the next use.</summary>
internal sealed class ProviderInstance(ProviderInstanceInfo info, ProviderKind kind, object options) : IAsyncDisposable
{
    // Never disposed: it holds no handle, and a late caller may still wait on it.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile IProvider? _opened;
    private bool _closed;

    public ProviderInstanceInfo Info => info;

    /// <summary>Gives the opened instance.</summary>
    /// <param name="environment">What to give to it.</param>
    /// <param name="onOpened">Told once, of a new instance, before anybody gets it.</param>
    /// <param name="cancellationToken">Ends the wait and the opening.</param>
    public async ValueTask<IProvider> GetAsync(
        ProviderEnvironment environment, Action<ProviderInstance> onOpened, CancellationToken cancellationToken)
    {
        if (_opened is { } ready)
            return ready;
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_opened is { } other)
                return other;
            IProvider opened = await OpenAsync(environment, cancellationToken).ConfigureAwait(false);
            onOpened(this);
            _opened = opened;
            return opened;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Ends the instance, after an opening under way; it cannot be opened again.</summary>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            _closed = true;
            IProvider? opened = _opened;
            _opened = null;
            if (opened is not null)
                await opened.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async ValueTask<IProvider> OpenAsync(ProviderEnvironment environment, CancellationToken cancellationToken)
    {
        try
        {
            ProviderContext context = new()
            {
                InstanceName = info.Name,
                // The id is in the state: the store itself is opened before anybody can know it.
                InstallationId = info.Contract == typeof(IStateStore)
                    ? Guid.Empty
                    : await environment.GetInstallationIdAsync(cancellationToken).ConfigureAwait(false),
                NodeId = environment.NodeId,
                LoggerFactory = environment.LoggerFactory,
                TimeProvider = environment.TimeProvider,
                CreateHttpClient = environment.CreateHttpClient,
                Secrets = environment.Secrets,
                DataDirectory = ProviderFolders.EnsureData(environment.DataDirectory, info),
                RuntimeDirectory = ProviderFolders.EnsureRuntime(environment.RuntimeDirectory, info),
            };
            return await kind.OpenAsync(context, options, cancellationToken).ConfigureAwait(false)
                ?? throw Failed("its plugin returned nothing", null);
        }
        catch (Exception e) when (e is not LimiQuantixException && !cancellationToken.IsCancellationRequested)
        {
            throw Failed(e.Message, e);
        }
    }

    private LimiQuantixException Failed(string reason, Exception? inner) => new(
        ErrorCodes.Internal,
        $"The {info.Contract.Name} '{info.Name}' of kind '{info.Kind}' could not be opened: {reason}",
        $"This is for plugin '{kind.PluginId}' to mend, unless the reason names a file or a setting.",
        info.Name,
        innerException: inner);
}
