using static Netlink.Constants.RtnetlinkMessages;

namespace Netlink;

/// <summary>Reads and changes traffic control: RTM_*QDISC and RTM_*TFILTER of rtnetlink(7), tc(8).</summary>
public sealed class TrafficControlOperations
{
    private readonly RtnetlinkConnection _connection;

    internal TrafficControlOperations(RtnetlinkConnection connection) => _connection = connection;

    /// <summary>The queueing disciplines, of all links or of one.</summary>
    public async Task<IReadOnlyList<Qdisc>> ListQdiscsAsync(LinkId? link = null, CancellationToken cancellationToken = default)
    {
        int index = await _connection.Links.IndexOfAsync(link, cancellationToken).ConfigureAwait(false);
        return await _connection.DumpAsync<Qdisc>(
            TrafficControlCodec.DumpQdiscs(index),
            (message, list) =>
            {
                if (message.Header.Type != RTM_NEWQDISC)
                    return;
                Qdisc qdisc = TrafficControlCodec.Read(message.Payload);
                if (index == 0 || qdisc.Link.Index == index)
                    list.Add(qdisc);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="NetlinkRequests.AddQdisc"/>
    public Task AddQdiscAsync(Qdisc qdisc, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.AddQdisc(qdisc), cancellationToken);

    /// <inheritdoc cref="NetlinkRequests.ReplaceQdisc"/>
    public Task ReplaceQdiscAsync(Qdisc qdisc, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.ReplaceQdisc(qdisc), cancellationToken);

    /// <inheritdoc cref="NetlinkRequests.DeleteQdisc"/>
    public Task DeleteQdiscAsync(Qdisc qdisc, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.DeleteQdisc(qdisc), cancellationToken);

    /// <inheritdoc cref="NetlinkRequests.AddFilter"/>
    public Task AddFilterAsync(U32Filter filter, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.AddFilter(filter), cancellationToken);

    /// <inheritdoc cref="NetlinkRequests.DeleteFilters"/>
    public Task DeleteFiltersAsync(U32Filter filter, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.DeleteFilters(filter), cancellationToken);
}
