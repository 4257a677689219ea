using System.Collections.Concurrent;
using System.Threading.Channels;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Resources.Status;
using LimiQuantix.Machines;
using LimiQuantix.State;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Machines.Observation;

/// <summary>What was seen of a machine last.</summary>
internal sealed record MachineStatusDocument : StatusDocument
{
    public PowerState PowerState { get; init; }

    public string? Reason { get; init; }

    public PauseCause PauseCause { get; init; }

    public DateTimeOffset? RebootedAt { get; init; }

    public string? SshUser { get; init; }

    public IReadOnlyList<string> SshHostKeys { get; init; } = [];

    public string? Accelerator { get; init; }

    public string? MachineType { get; init; }

    public IReadOnlyList<MachineAddress> Addresses { get; init; } = [];

    public IReadOnlyList<string> Drift { get; init; } = [];

    public long AppliedGeneration { get; init; }
}

/// <summary>
/// Writes what is seen of the machines, as the leader: after every event of a hypervisor and every change of a record, and all of them with each
/// resync. Each hypervisor's machines are looked at apart: one that does not answer delays no other's.
/// </summary>
internal sealed partial class MachineStatusKeeper(
    ResourceTable<MachineDocument> machines,
    StatusTable<MachineStatusDocument> statuses,
    MachineReader reader,
    MachineObserver observer,
    TimeProvider timeProvider,
    ILogger<MachineStatusKeeper> logger) : IEngineService
{
    private const int LookedAtOnce = 4;
    private const int MaxWaiting = 1 << 16;

    // Heard of and not yet written.
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _reboots = new();

    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = new ConcurrentDictionary<Guid, bool>();
        // Each machine waits at most once; what finds no place is looked at with the next resync.
        var queue = Channel.CreateBounded<Guid>(MaxWaiting);
        void Look(Guid id)
        {
            if (waiting.TryAdd(id, true) && !queue.Writer.TryWrite(id)) waiting.TryRemove(id, out _);
        }

        Task[] tasks =
        [
            FollowRecordsAsync(Look, fence, ending.Token),
            FollowEventsAsync(Look, ending.Token),
            DispatchAsync(queue.Reader, waiting, Look, fence, ending.Token),
        ];
        try
        {
            await (await Task.WhenAny(tasks).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Gives each machine to its hypervisor's own lookers.
    private async Task DispatchAsync(
        ChannelReader<Guid> queue, ConcurrentDictionary<Guid, bool> waiting, Action<Guid> look, StateLease fence, CancellationToken cancellationToken)
    {
        Dictionary<(string Hypervisor, string Node), Channel<Guid>> lanes = [];
        List<Task> lookers = [];
        try
        {
            await foreach (var id in queue.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                var stored = await TryFindAsync(id, cancellationToken).ConfigureAwait(false);
                if (stored is not null && !lanes.ContainsKey((stored.Value.Hypervisor, stored.Value.Node)))
                {
                    var lane = lanes[(stored.Value.Hypervisor, stored.Value.Node)] = Channel.CreateBounded<Guid>(MaxWaiting);
                    lookers.AddRange(Enumerable.Range(0, LookedAtOnce).Select(_ => LookAsync(lane.Reader, waiting, look, fence, cancellationToken)));
                }

                if (stored is null || !lanes[(stored.Value.Hypervisor, stored.Value.Node)].Writer.TryWrite(id)) waiting.TryRemove(id, out _);
            }
        }
        finally
        {
            await Task.WhenAll(lookers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // One that cannot be read is told of elsewhere.
    private async Task<Stored<MachineDocument>?> TryFindAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            return await machines.FindAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (LimiQuantixException e) when (e.Code is ErrorCodes.DataCorrupt or ErrorCodes.NewerState)
        {
            return null;
        }
    }

    private async Task FollowRecordsAsync(Action<Guid> look, StateLease fence, CancellationToken cancellationToken)
    {
        await foreach (var change in machines.WatchAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (change.Value is null) await statuses.DeleteAsync(change.Id, fence, cancellationToken).ConfigureAwait(false);
            else look(change.Id);
        }
    }

    private async Task FollowEventsAsync(Action<Guid> look, CancellationToken cancellationToken)
    {
        await foreach (var change in observer.ListenAsync(cancellationToken).ConfigureAwait(false))
        {
            if (change.MachineId is { } id)
            {
                if (change.Kind == HypervisorEventKind.Rebooted) _reboots[id] = timeProvider.GetUtcNow();
                look(id);
                continue;
            }

            foreach (var machine in await machines.ListAsync(null, cancellationToken).ConfigureAwait(false)) look(machine.Id);
        }
    }

    private async Task LookAsync(
        ChannelReader<Guid> queue, ConcurrentDictionary<Guid, bool> waiting, Action<Guid> look, StateLease fence, CancellationToken cancellationToken)
    {
        await foreach (var id in queue.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            // From here on what happens to it is looked at again.
            waiting.TryRemove(id, out _);
            try
            {
                var isReboot = _reboots.TryRemove(id, out var rebootedAt);
                if (await TryFindAsync(id, cancellationToken).ConfigureAwait(false) is not { } stored) continue;
                var last = await statuses.FindAsync(id, cancellationToken).ConfigureAwait(false);
                var seen = MachineView.Remember(stored.Value, await reader.SeeAsync(stored.Value, last?.Value, cancellationToken).ConfigureAwait(false), last?.Value);
                if (isReboot) seen = seen with { RebootedAt = rebootedAt };
                if (await statuses.WriteAsync(last, seen, fence, machines.KeyOf(id), cancellationToken).ConfigureAwait(false)) continue;
                if (isReboot) _reboots.TryAdd(id, rebootedAt);
                look(id);
            }
            catch (LimiQuantixException e)
            {
                LogNotWritten(logger, e.Trace(), e.Reason(), id);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "What is seen of machine {Id} could not be written; it is looked at again with the next resync: {Reason}")]
    private static partial void LogNotWritten(ILogger logger, Exception? exception, string reason, Guid id);
}
