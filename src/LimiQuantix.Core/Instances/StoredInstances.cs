using System.Collections.Concurrent;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Plugins;
using LimiQuantix.Providers.Instances;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Instances;

/// <summary>
/// Makes this process's instances follow the stored ones, in every process of the installation, leading or not. What cannot be added here (its plugin is another
/// engine's, its settings do not fit) is told, and hides none of the others.
/// </summary>
internal sealed partial class StoredInstances(
    IStateStore state, ProviderInstances instances, UnreadableDocuments unreadable, TimeProvider time, ILogger<StoredInstances> logger) : IAsyncDisposable
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly RepeatedFailures _failures = new(time);
    private readonly SemaphoreSlim _applying = new(1);
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, (InstanceDocument Document, LimiQuantixError Error)> _refused = new(StringComparer.Ordinal);

    // What this process made of the stored documents, by their keys.
    private readonly ConcurrentDictionary<string, InstanceDocument> _known = new(StringComparer.Ordinal);
    private Task? _following;

    /// <summary>The stored instances that cannot be used in this process, and why.</summary>
    public IReadOnlyCollection<(InstanceDocument Document, LimiQuantixError Error)> Refused => [.. _refused.Values];

    /// <summary>Begins to follow. Does not wait.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (!_ending.IsCancellationRequested) _following ??= Task.Run(FollowAsync);
        }
    }

    /// <summary>Returns when this process knows what was stored when it began.</summary>
    public Task EnsureLoadedAsync(CancellationToken cancellationToken)
    {
        Start();
        return _loaded.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Returns when this process has done what is stored of one instance now.</summary>
    public async Task ApplyAsync(InstanceKey key, CancellationToken cancellationToken)
    {
        await EnsureLoadedAsync(cancellationToken).ConfigureAwait(false);
        await _applying.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var path = InstanceRecords.KeyOf(key);
            await ApplyAsync(path, await state.GetAsync(path, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            _applying.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task? following;
        lock (_lock)
        {
            if (_ending.IsCancellationRequested) return;
            following = _following;
            _ending.Cancel();
        }

        _loaded.TrySetCanceled();
        if (following is not null) await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    private async Task FollowAsync()
    {
        var cancellationToken = _ending.Token;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var cursor = await LoadAsync(cancellationToken).ConfigureAwait(false);
                await foreach (var change in state.WatchAsync(InstanceRecords.Prefix, cursor, cancellationToken).ConfigureAwait(false))
                    await ApplyCurrentAsync(change.Key, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (LimiQuantixException exception) when (exception.Code == ErrorCodes.Conflict)
            {
                // It fell behind, or the store began a new era: all is read again.
                continue;
            }
            catch (Exception exception)
            {
                var (level, trace, reason) = _failures.Judge(this, exception);
                LogFailed(level, trace, reason);
            }

            await Task.Delay(PauseAfterFailure, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string> LoadAsync(CancellationToken cancellationToken)
    {
        var (entries, cursor) = await state.ListAllAsync(new StateQuery { Prefix = InstanceRecords.Prefix }, cancellationToken).ConfigureAwait(false);
        await _applying.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var gone in _known.Keys.Concat(_refused.Keys).Except(entries.Select(entry => entry.Key)).ToList()) await ApplyAsync(gone, null).ConfigureAwait(false);
            foreach (var entry in entries) await ApplyAsync(entry.Key, entry).ConfigureAwait(false);
        }
        finally
        {
            _applying.Release();
        }

        _loaded.TrySetResult();
        return cursor;
    }

    // Not what the watch told but what is there now: it may have been applied by whoever changed it, and changed again.
    private async Task ApplyCurrentAsync(string path, CancellationToken cancellationToken)
    {
        await _applying.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await ApplyAsync(path, await state.GetAsync(path, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            _applying.Release();
        }
    }

    private async Task ApplyAsync(string path, StateEntry? entry)
    {
        var next = entry is null ? null : unreadable.TryRead<InstanceDocument>(entry)?.Value;
        // What cannot be read is neither new nor gone.
        if (entry is not null && next is null) return;
        var before = _known.GetValueOrDefault(path);
        var there = next ?? before;
        _refused.TryRemove(path, out _);
        if (there is null) return;
        try
        {
            await ApplyAsync(before, next).ConfigureAwait(false);
        }
        catch (LimiQuantixException exception)
        {
            LogRefused(exception.Trace(), exception.Reason(), there.ToKey());
            if (next is not null) _refused[path] = (next, exception.Error);
        }

        if (next is null) _known.TryRemove(path, out _);
        else _known[path] = next;
    }

    private async Task ApplyAsync(InstanceDocument? before, InstanceDocument? next)
    {
        var key = (next ?? before)!.ToKey();
        var here = Find(key);
        if (here is { Origin: InstanceOrigin.State } && (next?.Kind is null || before is null || !HasSameOptions(before, next)))
        {
            // Its settings changed, or it is gone.
            await instances.RemoveAsync(here).ConfigureAwait(false);
            here = null;
        }

        if (here is null && next?.Kind is not null)
        {
            var resolved = instances.Resolve(next.ToConfiguration());
            if (!instances.TryAdd(next.IsClosed ? resolved.Renew(isClosed: true) : resolved)) return;
        }
        else if (here is not null)
        {
            if (next?.Kind is not null && here.Origin != InstanceOrigin.State) LogTwice(key);
            await instances.CloseAsync(here, next?.IsClosed ?? false).ConfigureAwait(false);
        }
    }

    private ProviderInstanceInfo? Find(InstanceKey key) => instances.All().FirstOrDefault(info => info.ToKey() == key);

    private static bool HasSameOptions(InstanceDocument one, InstanceDocument other) =>
        one.Kind == other.Kind && one.Settings.Count == other.Settings.Count
        && one.Settings.All(setting => other.Settings.TryGetValue(setting.Key, out var value) && value == setting.Value);

    [LoggerMessage(1, LogLevel.Warning, "The stored instance {Instance} cannot be used here: {Reason}")]
    private partial void LogRefused(Exception? exception, string reason, InstanceKey instance);

    [LoggerMessage(2, LogLevel.Warning, "The stored instance {Instance} is also configured here, and the configuration is used")]
    private partial void LogTwice(InstanceKey instance);

    [LoggerMessage(EventId = 3, Message = "Following the stored instances failed; it is tried again: {Reason}")]
    private partial void LogFailed(LogLevel level, Exception? exception, string reason);
}
