using LimiQuantix.Plugins;
using LimiQuantix.Providers.Guards;
using LimiQuantix.Providers.Loading;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Providers.Instances;

/// <summary>
/// One configured instance: opened once, when first needed; a failed open is tried again at the next use. Everybody who needs it meanwhile
/// waits for the same opening, which is nobody's own: a caller that goes away ends only its wait. Given out guarded.
/// </summary>
internal sealed class ProviderInstance(ProviderInstanceInfo info, ProviderKind kind, object options, ProviderEnvironment environment)
    : IAsyncDisposable
{
    private readonly ProviderGuard _guard = new(
        info, environment.Deadlines, environment.TimeProvider, environment.LoggerFactory.CreateLogger<ProviderGuard>());
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _ending = new();
    private Task<IProvider>? _opening;
    private volatile IProvider? _opened;
    private volatile LimiQuantixError? _error;

    public ProviderInstanceInfo Info => info;

    /// <summary>Whether somebody closed it: nobody gets it.</summary>
    public bool IsClosed { get; init; }

    /// <summary>Whether it can be used, as hosts see it.</summary>
    public InstancePhase Phase => IsClosed ? InstancePhase.Closed : _opened is not null ? InstancePhase.Open : _error is null ? InstancePhase.Waiting : InstancePhase.Failed;

    /// <summary>Why its last opening failed.</summary>
    public LimiQuantixError? Error => _opened is null ? _error : null;

    /// <summary>How many calls of a member were given up and have not returned.</summary>
    public int CountLate(string member) => _guard.CountLate(member);

    /// <summary>The same instance, never opened.</summary>
    public ProviderInstance Renew(bool isClosed) => new(info, kind, options, environment) { IsClosed = isClosed };

    /// <summary>Gives the opened instance.</summary>
    /// <param name="onOpened">Told once, of a new instance, before anybody gets it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LimiQuantixException">It could not be opened, or not in time.</exception>
    /// <exception cref="ObjectDisposedException">It has ended.</exception>
    public async ValueTask<IProvider> GetAsync(Action<ProviderInstance> onOpened, CancellationToken cancellationToken)
    {
        if (_opened is { } ready) return ready;
        if (IsClosed) throw Closed();
        Task<IProvider> opening;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_ending.IsCancellationRequested, this);
            // One that failed is tried again, but not while the plugin still sits in it.
            if (_opening is null or { IsCompleted: true, IsCompletedSuccessfully: false })
                _opening = _guard.IsOpeningLate ? Task.FromException<IProvider>(ProviderErrors.StillOpening(info)) : Task.Run(() => OpenAsync(onOpened));
            opening = _opening;
        }

        return await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the instance; it cannot be opened again. One that is just being opened ends when it has returned.</summary>
    /// <exception cref="LimiQuantixException">It failed to end, or not in time.</exception>
    public async ValueTask DisposeAsync()
    {
        IProvider? opened;
        lock (_lock)
        {
            if (_ending.IsCancellationRequested) return;
            // Only our own code listens: the guard, which passes it on to the plugin on a thread of the instance's.
            _ending.Cancel();
            _ending.Dispose();
            opened = _opened;
            _opened = null;
        }

        if (opened is not null) await opened.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<IProvider> OpenAsync(Action<ProviderInstance> onOpened)
    {
        try
        {
            var provider = await _guard.OpenAsync(await PrepareAsync().ConfigureAwait(false), "its opening", _ending.Token).ConfigureAwait(false);
            try
            {
                var guarded = await GuardedContracts.WrapAsync(provider, _guard, _ending.Token).ConfigureAwait(false);
                lock (_lock)
                {
                    ObjectDisposedException.ThrowIf(_ending.IsCancellationRequested, this);
                    onOpened(this);
                    _opened = guarded;
                    _error = null;
                }

                return guarded;
            }
            catch
            {
                await _guard.EndAsync(provider, nameof(IAsyncDisposable.DisposeAsync)).ConfigureAwait(false);
                throw;
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(ProviderInstance));
        }
        catch (LimiQuantixException exception)
        {
            _error = exception.Error;
            throw;
        }
    }

    private LimiQuantixException Closed() => new(
        ErrorCodes.FailedPrecondition, $"{ProviderErrors.Title(info)} is closed.", "Open it: IInstances.OpenAsync.", info.Name);

    /// <summary>Does what is the engine's own part of an opening, and gives the plugin's.</summary>
    private async Task<Func<CancellationToken, Task<IProvider>>> PrepareAsync()
    {
        try
        {
            kind.OwnSecrets(options, info.Name);
            ProviderContext context = new()
            {
                InstanceName = info.Name,
                // The id is in the state: the store itself is opened before anybody can know it.
                InstallationId = info.Contract == typeof(IStateStore)
                    ? Guid.Empty
                    : await environment.GetInstallationIdAsync(_ending.Token).ConfigureAwait(false),
                NodeId = info.Node ?? environment.NodeId,
                IsShared = info.Node is null,
                LoggerFactory = environment.LoggerFactory,
                TimeProvider = environment.TimeProvider,
                CreateHttpClient = environment.CreateHttpClient,
                Secrets = environment.Secrets,
                OpenGuestChannelAsync = environment.OpenGuestChannelAsync,
                DataDirectory = ProviderFolders.EnsureData(environment.DataDirectory, info, environment.NodeId),
                RuntimeDirectory = ProviderFolders.EnsureRuntime(environment.RuntimeDirectory, info, environment.NodeId),
            };
            return token => kind.OpenAsync(context, options, token).AsTask()!;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LimiQuantixException(
                ErrorCodes.PermissionDenied,
                $"{ProviderErrors.Title(info)} could not be opened: its folders cannot be made: {exception.Message}",
                "Let this process write to the engine's data and runtime folders.",
                info.Name,
                innerException: exception);
        }
    }
}
