using System.Net;

namespace Netlink.Tests.Support;

/// <summary>Makes random changes of links, addresses, routes and forwarding entries; what the kernel refuses is counted.</summary>
internal sealed class RandomChanges(RtnetlinkConnection connection, int seed)
{
    private const int MaxLinks = 25;
    private readonly Random _random = new(seed);
    private readonly SortedDictionary<string, int> _refusals = new(StringComparer.Ordinal);
    private int _next;

    public int Refused => _refusals.Values.Sum();

    public string Summary => string.Join(", ", _refusals.Select(each => $"{each.Value} {each.Key}"));

    public async Task ChangeAsync()
    {
        try
        {
            await (_random.Next(100) switch
            {
                < 12 => AddLinkAsync(),
                < 16 => DeleteLinkAsync(),
                < 32 => SetLinkAsync(),
                < 36 => SetPortAsync(),
                < 52 => AddAddressAsync(),
                < 58 => DeleteAddressAsync(),
                < 72 => AddRouteAsync(),
                < 78 => DeleteRouteAsync(),
                < 94 => AddFdbAsync(),
                _ => DeleteFdbAsync(),
            });
        }
        catch (NetlinkException exception) when (exception.Errno != 0)
        {
            string kind = $"{exception.Request!.Split(' ')[0]} {exception.ErrnoName}";
            _refusals[kind] = _refusals.GetValueOrDefault(kind) + 1;
        }
    }

    private T Any<T>(IReadOnlyList<T> all) => all[_random.Next(all.Count)];

    private bool Coin() => _random.Next(2) == 0;

    private MacAddress Mac() => new([2, 0, 0, 0, (byte)_random.Next(3), (byte)_random.Next(40)]);

    private IPAddress Four(int last) => IPAddress.Parse($"10.{_random.Next(4)}.{_random.Next(3)}.{last}");

    private IPAddress Six(int last) => IPAddress.Parse($"fd00:{_random.Next(4)}::{last:x}");

    private async Task<Link> AnyLinkAsync(Func<Link, bool>? which = null) =>
        (await connection.Links.ListAsync()).Where(each => each.HardwareType == 1 && (which is null || which(each))).ToArray() is { Length: > 0 } links
            ? Any(links)
            : throw new NetlinkException(NetlinkErrorKind.NotFound, "none yet") { Errno = 19, Request = "none" };

    private async Task AddLinkAsync()
    {
        IReadOnlyList<Link> links = await connection.Links.ListAsync();
        if (links.Count >= MaxLinks)
            await DeleteLinkAsync();
        string name = $"n{++_next}";
        LinkKind kind = _random.Next(5) switch
        {
            0 => new Bridge { AgeingTime = TimeSpan.FromSeconds(_random.Next(10, 1000)) },
            1 => new Vxlan { Id = (uint)_random.Next(1, 1 << 24), Local = Coin() ? Four(9) : null, Learning = Coin(), Ageing = TimeSpan.FromSeconds(_random.Next(1, 999)) },
            2 => new Veth { Peer = new LinkSpec { Name = $"m{_next}", Address = Mac() } },
            3 => new Ifb(),
            _ => new Bridge(),
        };
        LinkId? master = kind is not Bridge && Coin() && links.FirstOrDefault(each => each.Kind is Bridge) is { } bridge ? bridge.Id : (LinkId?)null;
        await connection.Links.AddAsync(new LinkSpec
        {
            Name = name,
            Kind = kind,
            Up = Coin(),
            Mtu = Coin() ? _random.Next(1280, 9000) : null,
            Address = Coin() ? Mac() : null,
            Master = kind is Ifb ? null : master,
            Alias = Coin() ? $"alias of {name}" : null,
            TransmitQueueLength = Coin() ? (uint)_random.Next(1, 5000) : null,
            Group = Coin() ? (uint)_random.Next(1, 9) : null,
        });
    }

    private async Task DeleteLinkAsync() => await connection.Links.DeleteAsync((await AnyLinkAsync()).Index);

    private async Task SetLinkAsync()
    {
        Link link = await AnyLinkAsync();
        LinkId? master = _random.Next(5) switch
        {
            0 => LinkId.None,
            1 => (await AnyLinkAsync(each => each.Kind is Bridge)).Id,
            _ => (LinkId?)null,
        };
        if (_random.Next(6) == 0)
            await connection.Links.AddAlternativeNameAsync(link.Id, $"another-name-of-link-{++_next}");
        await connection.Links.SetAsync(link.Id, new LinkSpec
        {
            Up = _random.Next(4) == 0 ? false : true,
            Mtu = _random.Next(3) == 0 ? _random.Next(68, 9000) : null,
            Name = _random.Next(4) == 0 ? $"r{++_next}" : null,
            Address = _random.Next(4) == 0 ? Mac() : null,
            Alias = _random.Next(4) == 0 ? $"again {_next}" : null,
            Master = master,
        });
    }

    private async Task SetPortAsync() => await connection.Links.SetBridgePortAsync(
        (await AnyLinkAsync(each => each.BridgePort is not null)).Id,
        new BridgePort { Learning = Coin(), UnicastFlood = Coin(), NeighbourSuppression = Coin(), Isolated = Coin(), Hairpin = Coin(), Cost = (uint)_random.Next(1, 500) });

    private async Task AddAddressAsync()
    {
        Link link = await AnyLinkAsync();
        LinkAddress address = Coin()
            ? new LinkAddress { Link = link.Id, Address = Four(_random.Next(1, 20)), PrefixLength = Any([24, 25, 32]), Peer = _random.Next(5) == 0 ? Four(200) : null, Broadcast = Coin() ? Four(255) : null }
            : new LinkAddress { Link = link.Id, Address = Six(_random.Next(1, 20)), PrefixLength = 64, Flags = AddressFlags.NoDuplicateDetection, ValidLifetime = Coin() ? TimeSpan.FromHours(5) : null };
        await (Coin() ? connection.Addresses.AddAsync(address) : connection.Addresses.ReplaceAsync(address));
    }

    private async Task DeleteAddressAsync()
    {
        IReadOnlyList<LinkAddress> all = await connection.Addresses.ListAsync();
        if (all.Count > 0)
            await connection.Addresses.DeleteAsync(Any(all));
    }

    private async Task AddRouteAsync()
    {
        Link link = await AnyLinkAsync(each => each.IsUp);
        IPAddress[] here = [.. (await connection.Addresses.ListAsync(link.Id)).Select(each => each.Address)];
        bool four = Coin();
        Route route = new()
        {
            Destination = four ? IPNetwork.Parse($"172.{_random.Next(16, 32)}.{_random.Next(4)}.0/24") : IPNetwork.Parse($"fd77:{_random.Next(50)}::/48"),
            Link = link.Id,
            Table = Any<uint>([Route.MainTable, Route.MainTable, 100, 5000]),
            Metric = Coin() ? (uint)_random.Next(1, 4000) : null,
            Mtu = Coin() ? (uint)_random.Next(1280, 1500) : null,
            Protocol = Any<byte>([Route.StaticProtocol, Route.BootProtocol, 99]),
        };
        route = _random.Next(6) switch
        {
            0 => route with { Type = Any([RouteType.Blackhole, RouteType.Unreachable, RouteType.Prohibit]), Link = four ? LinkId.None : route.Link, Mtu = null },
            1 when four => route with { Link = LinkId.None, NextHops = [new RouteNextHop { Link = link.Id, Weight = _random.Next(1, 9) }, new RouteNextHop { Link = link.Id, Gateway = Four(77), OnLink = true }] },
            2 when here.FirstOrDefault(each => each.GetAddressBytes().Length == (four ? 4 : 16)) is { } source => route with { PreferredSource = source },
            3 => route with { Gateway = four ? Four(99) : Six(0x99), OnLink = four },
            _ => route,
        };
        await (_random.Next(3) switch { 0 => connection.Routes.ReplaceAsync(route), 1 => connection.Routes.AppendAsync(route), _ => connection.Routes.AddAsync(route) });
    }

    private async Task DeleteRouteAsync()
    {
        Route[] all = [.. (await connection.Routes.ListAsync(null)).Where(each => each.Protocol != Route.KernelProtocol)];
        if (all.Length > 0)
            await connection.Routes.DeleteAsync(Any(all));
    }

    private async Task AddFdbAsync()
    {
        Link link = await AnyLinkAsync(each => each.Kind is Vxlan || each.BridgePort is not null);
        FdbEntry entry = link.Kind is Vxlan && Coin()
            ? new FdbEntry
            {
                Link = link.Id, Address = _random.Next(4) == 0 ? MacAddress.Zero : Mac(), Destination = Four(_random.Next(1, 99)), State = Any([FdbEntryState.Permanent, FdbEntryState.Static, FdbEntryState.Dynamic]),
                Port = _random.Next(4) == 0 ? (ushort)4790 : null, Vni = _random.Next(4) == 0 ? 77u : null,
            }
            : new FdbEntry { Link = link.Id, Address = Mac(), Flags = NeighbourFlags.Master, State = Any([FdbEntryState.Permanent, FdbEntryState.Static, FdbEntryState.Dynamic]) };
        await (entry.Address == MacAddress.Zero ? connection.Fdb.AppendAsync(entry) : Coin() ? connection.Fdb.ReplaceAsync(entry) : connection.Fdb.AddAsync(entry));
    }

    private async Task DeleteFdbAsync()
    {
        FdbEntry[] all = [.. (await connection.Fdb.ListAsync()).Where(each => !each.Address.IsMulticast)];
        if (all.Length > 0)
            await connection.Fdb.DeleteAsync(Any(all));
    }
}
