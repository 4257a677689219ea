using LibvirtSharp.Protocol;

namespace LibvirtSharp;

public sealed partial class LibvirtConnection
{
    /// <summary>The host's free memory, in bytes.</summary>
    public async Task<long> GetFreeMemoryAsync(CancellationToken cancellationToken = default) =>
        WireNumber.From(await Remote.NodeGetFreeMemoryAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>The free memory of each of the host's NUMA cells from the first one given on, in bytes.</summary>
    public async Task<IReadOnlyList<long>> GetCellsFreeMemoryAsync(int firstCell = 0, int maxCells = 1024, CancellationToken cancellationToken = default) =>
        Array.ConvertAll(await Remote.NodeGetCellsFreeMemoryAsync(firstCell, maxCells, cancellationToken).ConfigureAwait(false), WireNumber.From);

    /// <summary>What a NUMA cell's memory is used for, in bytes, by libvirt's names (<c>total</c>, <c>free</c>, <c>buffers</c>, <c>cached</c>); -1 for the whole host.</summary>
    public async Task<IReadOnlyDictionary<string, long>> GetMemoryStatisticsAsync(int cell = -1, CancellationToken cancellationToken = default)
    {
        // libvirt wants to be asked for as many as it has.
        NodeGetMemoryStatsRet count = await Remote.NodeGetMemoryStatsAsync(0, cell, 0, cancellationToken).ConfigureAwait(false);
        NodeGetMemoryStatsRet found = await Remote.NodeGetMemoryStatsAsync(count.Nparams, cell, 0, cancellationToken).ConfigureAwait(false);
        return found.Params.ToDictionary(each => each.Field, each => SizeUnits.FromKibibytes(each.Value));
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

    /// <summary>How the host merges equal memory pages (KSM), by libvirt's names: <c>shm_pages_to_scan</c>, <c>shm_sleep_millisecs</c>, <c>shm_pages_shared</c> …</summary>
    public async Task<IReadOnlyList<TypedParameter>> GetMemoryParametersAsync(CancellationToken cancellationToken = default) =>
        TypedParameter.FromWire((await Remote.NodeGetMemoryParametersAsync(64, TypedParameterFlags, cancellationToken).ConfigureAwait(false)).Params);

    /// <summary>Sets how the host merges equal memory pages (KSM): <c>shm_pages_to_scan</c>, <c>shm_sleep_millisecs</c>, <c>shm_merge_across_nodes</c>.</summary>
    public async Task SetMemoryParametersAsync(ReadOnlyMemory<TypedParameter> parameters, CancellationToken cancellationToken = default) =>
        await Remote.NodeSetMemoryParametersAsync(TypedParameter.ToWire(parameters.Span), 0, cancellationToken).ConfigureAwait(false);

    /// <summary>The free memory pages of some sizes, in some of the host's NUMA cells.</summary>
    /// <param name="pageSizesBytes">The sizes, <c>4096</c>, <c>2 &lt;&lt; 20</c>, in bytes; whole kibibytes.</param>
    /// <param name="firstCell">The first cell; -1 for the whole host as one.</param>
    /// <param name="cells">How many cells.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is no whole number of kibibytes, or one that no page has.</exception>
    public async Task<IReadOnlyList<NodeFreePages>> GetFreePagesAsync(
        IReadOnlyList<long> pageSizesBytes, int firstCell = 0, int cells = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pageSizesBytes);
        ulong[] counts = await Remote.NodeGetFreePagesAsync(PageSizes(pageSizesBytes), firstCell, WireNumber.Of(cells), 0, cancellationToken).ConfigureAwait(false);
        return [.. counts.Select((count, i) => new NodeFreePages(firstCell + i / pageSizesBytes.Count, pageSizesBytes[i % pageSizesBytes.Count], WireNumber.From(count)))];
    }

    /// <summary>Reserves memory pages on the host, or frees them.</summary>
    /// <param name="pages">How many pages of each size in bytes.</param>
    /// <param name="firstCell">The first NUMA cell; -1 for the whole host as one.</param>
    /// <param name="cells">How many cells, in each of which so many are reserved.</param>
    /// <param name="flags">Whether the pages are added to those that are reserved, or are all of them.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <returns>How many cells' and sizes' numbers were set.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size is no whole number of kibibytes, or one that no page has; a number is negative.</exception>
    public async Task<int> AllocatePagesAsync(
        IReadOnlyDictionary<long, long> pages, int firstCell = 0, int cells = 1, NodeAllocPagesFlags flags = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pages);
        KeyValuePair<long, long>[] wanted = [.. pages];
        return await Remote.NodeAllocPagesAsync(
            PageSizes(Array.ConvertAll(wanted, each => each.Key)), Array.ConvertAll(wanted, each => WireNumber.Of(each.Value, nameof(pages))), firstCell, WireNumber.Of(cells),
            (uint)flags, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>In kibibytes, as libvirt counts them.</summary>
    private static uint[] PageSizes(IReadOnlyList<long> sizesBytes) => [.. sizesBytes.Select(size =>
        SizeUnits.ToKibibytes(size, nameof(sizesBytes)) is <= uint.MaxValue and ulong kibibytes
            ? (uint)kibibytes
            : throw new ArgumentOutOfRangeException(nameof(sizesBytes), size, "No memory page is that large."))];
}
