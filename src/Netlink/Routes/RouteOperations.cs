using System.Net;
using System.Net.Sockets;
using static Netlink.Constants.RtnetlinkMessages;

namespace Netlink;

/// <summary>Reads and changes routes: RTM_*ROUTE of rtnetlink(7).</summary>
public sealed class RouteOperations
{
    private readonly RtnetlinkConnection _connection;

    internal RouteOperations(RtnetlinkConnection connection) => _connection = connection;

    /// <summary>The routes of a table, or of all tables; of both families or of one.</summary>
    public async Task<IReadOnlyList<Route>> ListAsync(uint? table = Route.MainTable, AddressFamily? family = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _connection.DumpAsync<Route>(
                RouteCodec.Dump(Families.Of(family), table),
                (message, list) =>
                {
                    if (message.Header.Type != RTM_NEWROUTE || !Families.IsIp(message.Payload) || RouteCodec.IsCached(message.Payload))
                        return;
                    Route route = RouteCodec.Read(message.Payload);
                    if (table is null || route.Table == table)
                        list.Add(route);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (NetlinkException exception) when (table is not null && exception.Kind == NetlinkErrorKind.NotFound)
        {
            // A table that has never had a route does not exist.
            return [];
        }
    }

    /// <summary>The way that a packet to an address would take.</summary>
    /// <exception cref="NetlinkException">There is none: ENETUNREACH.</exception>
    public async Task<Route> GetAsync(IPAddress destination, CancellationToken cancellationToken = default)
    {
        NetlinkRequest request = RouteCodec.Get(destination);
        IReadOnlyList<NetlinkMessage> answer = await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return answer.Count > 0 ? RouteCodec.Read(answer[0].Payload.Span) : throw NetlinkException.Protocol($"{request.Name} was answered with nothing.");
    }

    /// <inheritdoc cref="NetlinkRequests.AddRoute"/>
    public Task AddAsync(Route route, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.AddRoute(route), cancellationToken);

    /// <inheritdoc cref="NetlinkRequests.ReplaceRoute"/>
    public Task ReplaceAsync(Route route, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.ReplaceRoute(route), cancellationToken);

    /// <inheritdoc cref="NetlinkRequests.AppendRoute"/>
    public Task AppendAsync(Route route, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.AppendRoute(route), cancellationToken);

    /// <inheritdoc cref="NetlinkRequests.DeleteRoute"/>
    public Task DeleteAsync(Route route, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.DeleteRoute(route), cancellationToken);
}
