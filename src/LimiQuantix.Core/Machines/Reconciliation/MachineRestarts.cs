using LimiQuantix.Core.Machines.Power;
using LimiQuantix.Core.Resources;
using LimiQuantix.Machines;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Storage;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Machines.Reconciliation;

/// <summary>
/// Starts machines again as their run policies say, and lets those go on that a full disk held and that have room again. Each machine has at most one task, which waits out that machine's
/// pause and delays no other; what is told of it meanwhile is looked at by the same task. Disposing ends the pauses and waits for the tasks.
/// </summary>
internal sealed partial class MachineRestarts(
    ResourceTable<MachineDocument> machines,
    ProviderInstances providers,
    MachinePower power,
    RestartBackoff backoff,
    TimeProvider timeProvider,
    ILogger logger) : IAsyncDisposable
{
    private const long EnoughBytes = 64L << 20;
    private static readonly Caller Engine = new() { Name = "engine" };
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, PowerState> _news = [];
    private readonly Dictionary<Guid, Task> _tasks = [];
    private readonly HashSet<Guid> _withoutRoom = [];
    private readonly CancellationTokenSource _ending = new();

    /// <summary>The machine was seen off, or held. Returns at once.</summary>
    public void Tell(Guid id, PowerState state)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_ending.IsCancellationRequested, this);
            _news[id] = state;
            if (!_tasks.ContainsKey(id)) _tasks[id] = Task.Run(() => KeepAsync(id));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        Task[] tasks;
        lock (_lock) tasks = [.. _tasks.Values];

        await Task.WhenAll(tasks).ConfigureAwait(false);
        _ending.Dispose();
    }

    private async Task KeepAsync(Guid id)
    {
        while (NextNews(id) is { } state)
        {
            try
            {
                if (await TryStartAsync(id, state, _ending.Token).ConfigureAwait(false)) backoff.Tried(id);
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                return;
            }
            catch (LimiQuantixException exception) when (exception.IsTransient || exception.Code is ErrorCodes.Conflict or ErrorCodes.VersionMismatch)
            {
                LogAgain(logger, exception.Trace(), exception.Reason(), id);
                backoff.Tried(id);
                lock (_lock) _news.TryAdd(id, state);
            }
            catch (Exception exception)
            {
                LogFailed(logger, exception.Trace(), exception.Reason(), id);
            }
        }
    }

    // Under one lock with the end of the task: what is told is seen by this task or begins the next.
    private PowerState? NextNews(Guid id)
    {
        lock (_lock)
        {
            if (_news.Remove(id, out var state)) return state;
            _tasks.Remove(id);
            return null;
        }
    }

    private async Task<bool> TryStartAsync(Guid id, PowerState state, CancellationToken cancellationToken)
    {
        var pause = backoff.PauseBefore(id);
        if (pause > TimeSpan.Zero)
        {
            LogPause(logger, id, pause);
            await Task.Delay(pause, timeProvider, cancellationToken).ConfigureAwait(false);
            lock (_lock) state = _news.Remove(id, out var newer) ? newer : state;
        }

        // All is read after the pause: the record may want something else by now, and somebody may have started it.
        if (await FindWantedAsync(id, state, cancellationToken).ConfigureAwait(false) is not { } stored) return false;
        var machine = stored.Value;
        var hypervisor = await providers.GetAsync<IHypervisor>(machine.Hypervisor, machine.NodeId, cancellationToken).ConfigureAwait(false);
        var seen = (await hypervisor.ObserveAsync(new ObserveMachineRequest { MachineId = id }, cancellationToken).ConfigureAwait(false)).Machine;
        if (seen is { PowerState: PowerState.Paused, PauseCause: PauseCause.NoSpace }) return await TryResumeAsync(stored, cancellationToken).ConfigureAwait(false);
        // One that was held and is off by now has news of its own.
        if (state == PowerState.Paused || seen is not { PowerState: PowerState.Stopped or PowerState.Crashed }) return false;
        LogRestart(logger, machine.Name, id, machine.Spec.RunPolicy);
        await power.StartAgainAsync(Engine with { Project = machine.Project }, stored, cancellationToken).ConfigureAwait(false);
        return true;
    }

    // Without room it would be held again at once; the next resync looks again.
    private async Task<bool> TryResumeAsync(Stored<MachineDocument> stored, CancellationToken cancellationToken)
    {
        var machine = stored.Value;
        foreach (var pool in machine.AsApplied.Disks.Where(disk => disk.VolumeId is not null).Select(disk => disk.Pool).Distinct())
        {
            var backend = await providers.GetWholeAsync<IStorageBackend>(pool, machine.NodeId, cancellationToken).ConfigureAwait(false);
            var status = await backend.GetStatusAsync(new GetPoolStatusRequest(), cancellationToken).ConfigureAwait(false);
            if (status.AvailableBytes >= Math.Min(EnoughBytes, status.CapacityBytes / 100)) continue;
            // Said once, not with every resync.
            bool isNew;
            lock (_lock) isNew = _withoutRoom.Add(machine.Id);
            if (isNew) LogNoRoom(logger, machine.Name, machine.Id, pool);
            return false;
        }

        lock (_lock) _withoutRoom.Remove(machine.Id);
        LogResume(logger, machine.Name, machine.Id);
        await power.ResumeAgainAsync(Engine with { Project = machine.Project }, stored, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<Stored<MachineDocument>?> FindWantedAsync(Guid id, PowerState state, CancellationToken cancellationToken)
    {
        var stored = await machines.FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (stored is null)
        {
            backoff.Forget(id);
            lock (_lock) _withoutRoom.Remove(id);
        }

        if (stored is not { Value: { Phase: MachinePhase.Ready, ShouldRun: true } machine }) return null;
        return machine.Spec.RunPolicy == RunPolicy.Always || (machine.Spec.RunPolicy == RunPolicy.OnFailure && state is PowerState.Crashed or PowerState.Paused) ? stored : null;
    }

    [LoggerMessage(5, LogLevel.Information, "Machine {Name} ({MachineId}) goes on: the full disk that held it has room again")]
    private static partial void LogResume(ILogger logger, string name, Guid machineId);

    [LoggerMessage(6, LogLevel.Warning, "Machine {Name} ({MachineId}) is held by a full disk: pool {Pool} still has no room")]
    private static partial void LogNoRoom(ILogger logger, string name, Guid machineId, string pool);

    [LoggerMessage(1, LogLevel.Information, "Starting machine {Name} ({MachineId}) again: its run policy is {Policy}")]
    private static partial void LogRestart(ILogger logger, string name, Guid machineId, RunPolicy policy);

    [LoggerMessage(2, LogLevel.Warning, "Machine {MachineId} went off, and it was started again only lately; another start waits {Pause}")]
    private static partial void LogPause(ILogger logger, Guid machineId, TimeSpan pause);

    [LoggerMessage(3, LogLevel.Warning, "Starting machine {MachineId} again was not possible now; it is tried after a pause: {Reason}")]
    private static partial void LogAgain(ILogger logger, Exception? exception, string reason, Guid machineId);

    [LoggerMessage(4, LogLevel.Warning, "Starting machine {MachineId} again failed; the next event or resync tries it: {Reason}")]
    private static partial void LogFailed(ILogger logger, Exception? exception, string reason, Guid machineId);
}
