using System.Net.Sockets;
using static Netlink.Constants.RtnetlinkMessages;

namespace Netlink;

/// <summary>Reads and changes neighbours: RTM_*NEIGH of rtnetlink(7).</summary>
public sealed class NeighbourOperations
{
    private readonly RtnetlinkConnection _connection;

    internal NeighbourOperations(RtnetlinkConnection connection) => _connection = connection;

    /// <summary>The neighbours, of all links or of one, of both families or of one.</summary>
    public async Task<IReadOnlyList<Neighbour>> ListAsync(LinkId? link = null, AddressFamily? family = null, CancellationToken cancellationToken = default)
    {
        int index = await _connection.Links.IndexOfAsync(link, cancellationToken).ConfigureAwait(false);
        return await _connection.DumpAsync<Neighbour>(
            NeighbourCodec.Dump(Families.Of(family), index),
            (message, list) =>
            {
                if (message.Header.Type == RTM_NEWNEIGH && Families.IsIp(message.Payload) && NeighbourCodec.Read(message.Payload) is { } neighbour && (index == 0 || neighbour.Link.Index == index))
                    list.Add(neighbour);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="NetlinkRequests.AddNeighbour"/>
    public Task AddAsync(Neighbour neighbour, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.AddNeighbour(neighbour), cancellationToken);

    /// <inheritdoc cref="NetlinkRequests.ReplaceNeighbour"/>
    public Task ReplaceAsync(Neighbour neighbour, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.ReplaceNeighbour(neighbour), cancellationToken);

    /// <inheritdoc cref="NetlinkRequests.DeleteNeighbour"/>
    public Task DeleteAsync(Neighbour neighbour, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.DeleteNeighbour(neighbour), cancellationToken);
}
