using LibvirtSharp.Protocol;

namespace LibvirtSharp;

public sealed partial class LibvirtConnection
{
    /// <summary>The host's free memory, in bytes.</summary>
    public async Task<ulong> GetFreeMemoryAsync(CancellationToken cancellationToken = default) =>
        await Remote.NodeGetFreeMemoryAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>The free memory of each of the host's NUMA cells from the first one given on, in bytes.</summary>
    public async Task<IReadOnlyList<ulong>> GetCellsFreeMemoryAsync(int firstCell = 0, int maxCells = 1024, CancellationToken cancellationToken = default) =>
        await Remote.NodeGetCellsFreeMemoryAsync(firstCell, maxCells, cancellationToken).ConfigureAwait(false);

    /// <summary>What a NUMA cell's memory is used for, in bytes, by libvirt's names (<c>total</c>, <c>free</c>, <c>buffers</c>, <c>cached</c>); -1 for the whole host.</summary>
    public async Task<IReadOnlyDictionary<string, ulong>> GetMemoryStatisticsAsync(int cell = -1, CancellationToken cancellationToken = default)
    {
        // libvirt wants to be asked for as many as it has.
        NodeGetMemoryStatsRet count = await Remote.NodeGetMemoryStatsAsync(0, cell, 0, cancellationToken).ConfigureAwait(false);
        NodeGetMemoryStatsRet found = await Remote.NodeGetMemoryStatsAsync(count.Nparams, cell, 0, cancellationToken).ConfigureAwait(false);
        return found.Params.ToDictionary(each => each.Field, each => each.Value * 1024);
    }

    /// <summary>What a host's processor spent its time on, by libvirt's names (<c>user</c>, <c>kernel</c>, <c>idle</c>, <c>iowait</c>); -1 for all together.</summary>
    public async Task<IReadOnlyDictionary<string, TimeSpan>> GetCpuStatisticsAsync(int cpu = -1, CancellationToken cancellationToken = default)
    {
        NodeGetCpuStatsRet count = await Remote.NodeGetCpuStatsAsync(cpu, 0, 0, cancellationToken).ConfigureAwait(false);
        NodeGetCpuStatsRet found = await Remote.NodeGetCpuStatsAsync(cpu, count.Nparams, 0, cancellationToken).ConfigureAwait(false);
        // Some drivers tell a percentage too, which is no time.
        return found.Params.Where(each => each.Field != "utilization").ToDictionary(each => each.Field, each => new TimeSpan((long)(each.Value / 100)));
    }

    /// <summary>Puts the host to sleep; it wakes after <paramref name="duration"/>, in whole seconds, rounded up (libvirt wants at least 60).</summary>
    public async Task SuspendNodeAsync(NodeSuspendTarget target, TimeSpan duration, CancellationToken cancellationToken = default) =>
        await Remote.NodeSuspendForDurationAsync((uint)target, (ulong)WholeTime.Seconds(duration), 0, cancellationToken).ConfigureAwait(false);
}
