using Netlink.Messages;
using static Netlink.Constants.RtnetlinkMessages;

namespace Netlink;

/// <summary>Reads and changes forwarding entries of bridges and VXLANs: RTM_*NEIGH with AF_BRIDGE.</summary>
public sealed class FdbOperations
{
    private readonly RtnetlinkConnection _connection;

    internal FdbOperations(RtnetlinkConnection connection) => _connection = connection;

    /// <summary>The forwarding entries, of all links or of one: its own table's and those of its bridge's that lead through it.</summary>
    public async Task<IReadOnlyList<FdbEntry>> ListAsync(LinkId? link = null, CancellationToken cancellationToken = default)
    {
        int index = await _connection.Links.IndexOfAsync(link, cancellationToken).ConfigureAwait(false);
        return await _connection.DumpAsync<FdbEntry>(
            NeighbourCodec.Dump(Headers.AF_BRIDGE, index),
            (message, list) =>
            {
                if (message.Header.Type != RTM_NEWNEIGH)
                    return;
                FdbEntry entry = NeighbourCodec.ReadFdb(message.Payload);
                if (index == 0 || entry.Link.Index == index)
                    list.Add(entry);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="NetlinkRequests.AddFdb"/>
    public Task AddAsync(FdbEntry entry, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.AddFdb(entry), cancellationToken);

    /// <inheritdoc cref="NetlinkRequests.ReplaceFdb"/>
    public Task ReplaceAsync(FdbEntry entry, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.ReplaceFdb(entry), cancellationToken);

    /// <inheritdoc cref="NetlinkRequests.AppendFdb"/>
    public Task AppendAsync(FdbEntry entry, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.AppendFdb(entry), cancellationToken);

    /// <inheritdoc cref="NetlinkRequests.DeleteFdb"/>
    public Task DeleteAsync(FdbEntry entry, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.DeleteFdb(entry), cancellationToken);

    /// <inheritdoc cref="NetlinkRequests.FlushFdb"/>
    public Task FlushAsync(LinkId link, NeighbourFlags table, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.FlushFdb(link, table), cancellationToken);
}
