using static Netlink.Constants.RtnetlinkMessages;

namespace Netlink;

/// <summary>Reads and changes network interfaces: RTM_*LINK of rtnetlink(7).</summary>
public sealed class LinkOperations
{
    private readonly RtnetlinkConnection _connection;

    internal LinkOperations(RtnetlinkConnection connection) => _connection = connection;

    /// <summary>All links.</summary>
    public Task<IReadOnlyList<Link>> ListAsync(CancellationToken cancellationToken = default) =>
        _connection.DumpAsync<Link>(
            LinkRequests.Dump(),
            static (message, list) =>
            {
                if (message.Header.Type == RTM_NEWLINK)
                    list.Add(LinkReader.Read(message.Payload));
            },
            cancellationToken);

    /// <summary>A link by its index or name.</summary>
    /// <exception cref="NetlinkException">There is none (<see cref="NetlinkErrorKind.NotFound"/>).</exception>
    public async Task<Link> GetAsync(LinkId link, CancellationToken cancellationToken = default)
    {
        NetlinkRequest request = LinkRequests.Get(link.Required(nameof(link)));
        IReadOnlyList<NetlinkMessage> answer = await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return answer.Count > 0 ? LinkReader.Read(answer[0].Payload.Span) : throw NetlinkException.Protocol($"{request.Name} was answered with nothing.");
    }

    /// <summary>A link by its index or name, or null when there is none.</summary>
    public async Task<Link?> FindAsync(LinkId link, CancellationToken cancellationToken = default)
    {
        try
        {
            return await GetAsync(link, cancellationToken).ConfigureAwait(false);
        }
        catch (NetlinkException exception) when (exception.Kind == NetlinkErrorKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>Makes a link.</summary>
    /// <returns>Its index; 0 when it was made in another namespace.</returns>
    /// <exception cref="NetlinkException">
    /// The name is taken (<see cref="NetlinkErrorKind.AlreadyExists"/>), or the kernel has no such kind (<see cref="NetlinkErrorKind.NotSupported"/>).
    /// </exception>
    public async Task<int> AddAsync(LinkSpec link, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(link);
        // The kernel takes no alias with a new link, and says nothing of it.
        LinkSpec first = link with { Alias = null };
        if (link is { Alias: not null, Namespace: not null })
            throw new ArgumentException("An Alias is given to a link of another namespace by SetAsync there.", nameof(link));
        NetlinkRequest request = LinkRequests.Add(first, NetlinkRequestFlags.Create | NetlinkRequestFlags.Exclusive | NetlinkRequestFlags.Echo);
        IReadOnlyList<NetlinkMessage> answer = await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (link.Namespace is not null)
            return 0;
        int made = await IndexOfNewAsync(link, answer, cancellationToken).ConfigureAwait(false);
        if (link.Alias is not null)
            await SetAsync(made, new LinkSpec { Alias = link.Alias }, cancellationToken).ConfigureAwait(false);
        return made;
    }

    /// <summary>Changes a link: what is null in <paramref name="change"/> stays.</summary>
    public Task SetAsync(LinkId link, LinkSpec change, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(LinkRequests.Set(link, change), cancellationToken);

    /// <summary>Changes a link's options as a port of a bridge, which it must be already.</summary>
    public Task SetBridgePortAsync(LinkId link, BridgePort port, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(LinkRequests.SetPort(link, port), cancellationToken);

    /// <summary>Deletes a link. The kernel takes some 30 ms to do so.</summary>
    public Task DeleteAsync(LinkId link, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(LinkRequests.Delete(link), cancellationToken);

    /// <summary>Gives a link another name beside its own, of up to 127 bytes (IFLA_ALT_IFNAME, Linux 5.5).</summary>
    public Task AddAlternativeNameAsync(LinkId link, string name, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(LinkRequests.AlternativeName(link, name, add: true), cancellationToken);

    /// <summary>Takes one of a link's other names away.</summary>
    public Task DeleteAlternativeNameAsync(LinkId link, string name, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(LinkRequests.AlternativeName(link, name, add: false), cancellationToken);

    /// <summary>The index of a link, looked up if it is given by its name; 0 for none.</summary>
    internal async ValueTask<int> IndexOfAsync(LinkId? link, CancellationToken cancellationToken) => link switch
    {
        null => 0,
        { Name: not null } named => (await GetAsync(named, cancellationToken).ConfigureAwait(false)).Index,
        { } given => given.Index,
    };

    private async Task<int> IndexOfNewAsync(LinkSpec link, IReadOnlyList<NetlinkMessage> answer, CancellationToken cancellationToken)
    {
        if (link.Index is { } index)
            return index;
        // Linux tells what it made since 6.2; before, it is asked.
        if (answer.FirstOrDefault(static message => message.Type == RTM_NEWLINK) is { } made)
            return LinkReader.Read(made.Payload.Span).Index;
        return link.Name is { } name && !name.Contains('%', StringComparison.Ordinal)
            ? (await GetAsync(name, cancellationToken).ConfigureAwait(false)).Index
            : throw new NetlinkException(NetlinkErrorKind.NotSupported, "The link was made, and this kernel (before Linux 6.2) does not say what it is called. Give it a whole name.");
    }
}
