using System.Net.Sockets;
using static Netlink.Constants.RtnetlinkMessages;

namespace Netlink;

/// <summary>Reads and changes the IP addresses of links: RTM_*ADDR of rtnetlink(7).</summary>
public sealed class AddressOperations
{
    private readonly RtnetlinkConnection _connection;

    internal AddressOperations(RtnetlinkConnection connection) => _connection = connection;

    /// <summary>The addresses, of all links or of one, of both families or of one.</summary>
    public async Task<IReadOnlyList<LinkAddress>> ListAsync(LinkId? link = null, AddressFamily? family = null, CancellationToken cancellationToken = default)
    {
        int index = await _connection.Links.IndexOfAsync(link, cancellationToken).ConfigureAwait(false);
        return await _connection.DumpAsync<LinkAddress>(
            AddressCodec.Dump(index, Families.Of(family)),
            (message, list) =>
            {
                if (message.Header.Type != RTM_NEWADDR || !Families.IsIp(message.Payload))
                    return;
                LinkAddress address = AddressCodec.Read(message.Payload);
                if (index == 0 || address.Link.Index == index)
                    list.Add(address);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="NetlinkRequests.AddAddress"/>
    public Task AddAsync(LinkAddress address, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.AddAddress(address), cancellationToken);

    /// <inheritdoc cref="NetlinkRequests.ReplaceAddress"/>
    public Task ReplaceAsync(LinkAddress address, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.ReplaceAddress(address), cancellationToken);

    /// <inheritdoc cref="NetlinkRequests.DeleteAddress"/>
    public Task DeleteAsync(LinkAddress address, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(NetlinkRequests.DeleteAddress(address), cancellationToken);
}
