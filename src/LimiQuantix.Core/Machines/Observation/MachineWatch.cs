using System.Runtime.CompilerServices;
using System.Threading.Channels;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Resources.Status;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Observation;

/// <summary>Follows one machine: its record and what the hypervisor tells of it.</summary>
internal sealed class MachineWatch(
    ResourceTable<MachineDocument> machines, StatusTable<MachineStatusDocument> statuses, MachineReader reader, MachineObserver observer)
{
    /// <summary>First the machine as it is, then after every change, until it is deleted. A slow reader gets the newest.</summary>
    public async IAsyncEnumerable<VirtualMachine> FollowAsync(Guid id, string project, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var stored = SignalAsync(signals.Writer, machines.WatchAsync(id, project, ending.Token), completes: true);
        var observed = SignalAsync(signals.Writer, OfMachineAsync(id, ending.Token), completes: false);
        var rebooted = SignalAsync(signals.Writer, RebootsAsync(id, ending.Token), completes: false);
        try
        {
            VirtualMachine? last = null;
            await foreach (var _ in signals.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (await machines.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } document) yield break;
                var machine = await reader.ComposeAsync(document.Value, cancellationToken).ConfigureAwait(false);
                if (last is not null && IsSame(last, machine)) continue;
                last = machine;
                yield return machine;
            }
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(stored, observed, rebooted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async IAsyncEnumerable<bool> OfMachineAsync(Guid id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var change in observer.ListenAsync(cancellationToken).ConfigureAwait(false))
        {
            if (change.MachineId is null || change.MachineId == id) yield return true;
        }
    }

    // A reboot changes nothing that can be looked at: the leader notes that it heard of it.
    private async IAsyncEnumerable<bool> RebootsAsync(Guid id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DateTimeOffset? told = null;
        await foreach (var status in statuses.WatchAsync(id, cancellationToken).ConfigureAwait(false))
        {
            if (status.RebootedAt == told) continue;
            told = status.RebootedAt;
            yield return true;
        }
    }

    private static async Task SignalAsync<T>(ChannelWriter<bool> signals, IAsyncEnumerable<T> source, bool completes)
    {
        Exception? error = null;
        try
        {
            await foreach (var _ in source.ConfigureAwait(false)) signals.TryWrite(true);
        }
        catch (Exception exception)
        {
            // A failing source ends the following with its error, which the reader then sees.
            error = exception;
        }

        if (completes || error is not null) signals.TryComplete(error);
    }

    private static bool IsSame(VirtualMachine one, VirtualMachine other) =>
        one.Version == other.Version
        && one.Status.PowerState == other.Status.PowerState
        && one.Status.RebootedAt == other.Status.RebootedAt
        && one.Status.Reason == other.Status.Reason
        && one.Status.Error == other.Status.Error
        && one.Status.Addresses.SequenceEqual(other.Status.Addresses)
        && one.Status.Drift.SequenceEqual(other.Status.Drift);
}
