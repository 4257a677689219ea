using System.Collections.Concurrent;
using LimiQuantix.Consoles;
using LimiQuantix.Diagnostics;
using LimiQuantix.Guests;
using LimiQuantix.Jobs;
using LimiQuantix.Machines;
using LimiQuantix.Storage;

namespace LimiQuantix.Providers.Guards;

/// <summary>The capabilities of one instance, asked once and guarded. One that the instance throws or hangs for is an error only for who wants it.</summary>
internal sealed class GuardedCapabilities(ProviderGuard guard)
{
    private static readonly Dictionary<Type, Func<IProvider, ProviderGuard, object?>> Known = new()
    {
        [typeof(ISerialLog)] = (provider, guard) => provider.GetCapability<ISerialLog>() is { } inner ? new GuardedSerialLog(inner, guard) : null,
        [typeof(IGuestChannels)] = (provider, guard) => provider.GetCapability<IGuestChannels>() is { } inner ? new GuardedGuestChannels(inner, guard) : null,
        [typeof(IScreenshotCapture)] = (provider, guard) =>
            provider.GetCapability<IScreenshotCapture>() is { } inner ? new GuardedScreenshotCapture(inner, guard) : null,
        [typeof(IReportsPrerequisites)] = (provider, guard) =>
            provider.GetCapability<IReportsPrerequisites>() is { } inner ? new GuardedPrerequisites(inner, guard) : null,
        [typeof(ISupportsMediaChange)] = (provider, guard) =>
            provider.GetCapability<ISupportsMediaChange>() is { } inner ? new GuardedMediaChange(inner, guard) : null,
        [typeof(ISupportsGrowth)] = (provider, guard) => provider.GetCapability<ISupportsGrowth>() is { } inner ? new GuardedGrowth(inner, guard) : null,
        [typeof(ISupportsDiskJobs)] = (provider, guard) => provider.GetCapability<ISupportsDiskJobs>() is { } inner ? new GuardedDiskJobs(inner, guard) : null,
        [typeof(ISupportsDiskChange)] = (provider, guard) => provider.GetCapability<ISupportsDiskChange>() is { } inner ? new GuardedDiskChange(inner, guard) : null,
        [typeof(ISupportsMomentaryPause)] = (provider, guard) => provider.GetCapability<ISupportsMomentaryPause>() is { } inner ? new GuardedMomentaryPause(inner, guard) : null,
        [typeof(ISupportsNicChange)] = (provider, guard) => provider.GetCapability<ISupportsNicChange>() is { } inner ? new GuardedNicChange(inner, guard) : null,
        [typeof(ISupportsSnapshots)] = (provider, guard) => provider.GetCapability<ISupportsSnapshots>() is { } inner ? new GuardedSnapshots(inner, guard) : null,
        [typeof(ISupportsChangedExtents)] = (provider, guard) => provider.GetCapability<ISupportsChangedExtents>() is { } inner ? new GuardedChangedExtents(inner, guard) : null,
        [typeof(ISupportsVolumeCopy)] = (provider, guard) => provider.GetCapability<ISupportsVolumeCopy>() is { } inner ? new GuardedVolumeCopy(inner, guard) : null,
        [typeof(ISupportsFencing)] = (provider, guard) => provider.GetCapability<ISupportsFencing>() is { } inner ? new GuardedFencing(inner, guard) : null,
        [typeof(IDeclaresFeatures)] = (provider, guard) => provider.GetCapability<IDeclaresFeatures>() is { } inner ? new GuardedFeatures(inner, guard) : null,
        [typeof(IProviderJobs)] = (provider, guard) => provider.GetCapability<IProviderJobs>() is { } inner ? new GuardedJobs(inner, guard) : null,
    };

    private readonly ConcurrentDictionary<Type, object> _answers = new();

    /// <summary>The capabilities that the engine knows: each has its guard.</summary>
    public static IReadOnlyCollection<Type> Contracts => Known.Keys;

    /// <summary>Asks for every capability, one after the other. Never fails; what is answered after the deadline counts too.</summary>
    public async Task AskAsync(IProvider provider, CancellationToken cancellationToken)
    {
        try
        {
            await guard.OpenAsync(_ => Ask(provider), nameof(IProvider.GetCapability), cancellationToken).ConfigureAwait(false);
        }
        catch (LimiQuantixException)
        {
            // Those that are not answered yet say so when they are wanted.
        }
    }

    /// <summary>Gives a capability, or null when the instance does not have it.</summary>
    public T? Get<T>() where T : class
    {
        if (!Known.ContainsKey(typeof(T))) throw new InvalidOperationException($"{typeof(T)} is no capability that the engine has a guard for.");
        if (!_answers.TryGetValue(typeof(T), out var answer)) throw ProviderErrors.TimedOut(guard.Info, guard.ReadCall(Member(typeof(T))));
        return answer is LimiQuantixException error ? throw new LimiQuantixException(error.Error, error) : answer as T;
    }

    private static string Member(Type capability) => $"GetCapability<{capability.Name}>";

    private Task<bool> Ask(IProvider provider)
    {
        foreach (var (capability, ask) in Known)
        {
            try
            {
                _answers[capability] = ask(provider, guard) ?? DBNull.Value;
            }
            catch (LimiQuantixException exception)
            {
                _answers[capability] = exception;
            }
            catch (Exception exception)
            {
                _answers[capability] = ProviderErrors.Failed(guard.Info, Member(capability), exception);
            }
        }

        return Task.FromResult(true);
    }
}

/// <summary>A serial log, guarded.</summary>
internal sealed class GuardedSerialLog(ISerialLog inner, ProviderGuard guard) : ISerialLog
{
    public async Task<SerialLogChunk> ReadSerialLogAsync(ReadSerialLogRequest request, CancellationToken cancellationToken = default)
    {
        var chunk = await guard.ReadAsync(token => inner.ReadSerialLogAsync(request, token), cancellationToken).ConfigureAwait(false);
        return chunk.Bytes.Length <= request.MaxBytes && chunk.NextOffset >= 0
            ? chunk
            : throw ProviderErrors.Wrong(guard.Info, nameof(ReadSerialLogAsync), $"{chunk.Bytes.Length} bytes to {chunk.NextOffset} where {request.MaxBytes} were asked for");
    }
}

/// <summary>A capture of screens, guarded.</summary>
internal sealed class GuardedScreenshotCapture(IScreenshotCapture inner, ProviderGuard guard) : IScreenshotCapture
{
    public Task<Screenshot> CaptureAsync(CaptureScreenRequest request, CancellationToken cancellationToken = default) =>
        guard.ReadAsync(token => inner.CaptureAsync(request, token), cancellationToken);
}

/// <summary>A report of what is needed, guarded.</summary>
internal sealed class GuardedPrerequisites(IReportsPrerequisites inner, ProviderGuard guard) : IReportsPrerequisites
{
    public Task<PrerequisiteReport> CheckPrerequisitesAsync(CheckPrerequisitesRequest request, CancellationToken cancellationToken = default) =>
        guard.ProbeAsync(token => inner.CheckPrerequisitesAsync(request, token), cancellationToken);
}

/// <summary>Another disc in a drive, guarded.</summary>
internal sealed class GuardedMediaChange(ISupportsMediaChange inner, ProviderGuard guard) : ISupportsMediaChange
{
    public Task<ChangeMediaResult> ChangeMediaAsync(ChangeMediaRequest request, CancellationToken cancellationToken = default) =>
        guard.MutateAsync(token => inner.ChangeMediaAsync(request, token), cancellationToken);
}

/// <summary>Growth of volumes, guarded.</summary>
internal sealed class GuardedGrowth(ISupportsGrowth inner, ProviderGuard guard) : ISupportsGrowth
{
    public Task<VolumeObservation> GrowVolumeAsync(GrowVolumeRequest request, CancellationToken cancellationToken = default) =>
        guard.CopyAsync(token => inner.GrowVolumeAsync(request, token), cancellationToken);
}

/// <summary>The jobs of a provider, guarded. How long one may be silent is for whoever follows it to say.</summary>
internal sealed class GuardedJobs(IProviderJobs inner, ProviderGuard guard) : IProviderJobs
{
    public Task<FindJobResult> FindAsync(FindJobRequest request, CancellationToken cancellationToken = default) =>
        guard.ReadAsync(token => inner.FindAsync(request, token), cancellationToken);

    public IAsyncEnumerable<JobObservation> WatchAsync(WatchJobRequest request, CancellationToken cancellationToken = default) =>
        guard.Watch(token => inner.WatchAsync(request, token), beginsAtOnce: true, cancellationToken);

    public Task<CancelJobResult> CancelAsync(CancelJobRequest request, CancellationToken cancellationToken = default) =>
        guard.MutateAsync(token => inner.CancelAsync(request, token), cancellationToken);

    public Task<ForgetJobResult> ForgetAsync(ForgetJobRequest request, CancellationToken cancellationToken = default) =>
        guard.MutateAsync(token => inner.ForgetAsync(request, token), cancellationToken);
}
