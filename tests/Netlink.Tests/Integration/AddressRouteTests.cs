using System.Net;
using System.Net.Sockets;
using Netlink.Tests.Support;

namespace Netlink.Tests.Integration;

[Category("Integration")]
internal sealed class AddressRouteTests
{
    [Test]
    public async Task Addresses_of_both_families_are_added_read_and_deleted()
    {
        await using Scene scene = await Scene.CreateAsync();
        AddressOperations addresses = scene.Connection.Addresses;
        int index = await scene.Connection.Links.AddAsync(new LinkSpec { Name = "br0", Kind = new Bridge(), Up = true });
        await addresses.AddAsync(new LinkAddress { Link = "br0", Address = IPAddress.Parse("10.1.0.1"), PrefixLength = 24, Broadcast = IPAddress.Parse("10.1.0.255"), Label = "br0:x" });
        await addresses.AddAsync(new LinkAddress { Link = index, Address = IPAddress.Parse("10.2.0.1"), PrefixLength = 32, Peer = IPAddress.Parse("10.2.0.2") });
        await addresses.AddAsync(new LinkAddress
        {
            Link = "br0",
            Address = IPAddress.Parse("fd00::1"),
            PrefixLength = 64,
            Flags = AddressFlags.NoDuplicateDetection | AddressFlags.NoPrefixRoute,
            ValidLifetime = TimeSpan.FromHours(1),
            PreferredLifetime = TimeSpan.FromMinutes(30),
        });

        IReadOnlyList<LinkAddress> four = await addresses.ListAsync("br0", AddressFamily.InterNetwork);
        LinkAddress six = (await addresses.ListAsync(index, AddressFamily.InterNetworkV6)).Single(each => each.Address.Equals(IPAddress.Parse("fd00::1")));

        Assert.That(four.Select(each => (each.Address.ToString(), each.PrefixLength, each.Peer?.ToString(), each.Broadcast?.ToString(), each.Label)), Is.EqualTo(new[]
        {
            ("10.1.0.1", 24, (string?)null, (string?)"10.1.0.255", (string?)"br0:x"), ("10.2.0.1", 32, "10.2.0.2", null, "br0"),
        }));
        Assert.That(six.ValidLifetime, Is.EqualTo(TimeSpan.FromHours(1)).Within(TimeSpan.FromSeconds(5)));
        Assert.That(six.PreferredLifetime, Is.EqualTo(TimeSpan.FromMinutes(30)).Within(TimeSpan.FromSeconds(5)));
        Assert.That(six.Flags.HasFlag(AddressFlags.NoPrefixRoute | AddressFlags.NoDuplicateDetection));
        Assert.That(await scene.IpAsync("addr show dev br0"), Does.Contain("inet 10.1.0.1/24 brd 10.1.0.255 scope global br0:x").And.Contain("inet 10.2.0.1 peer 10.2.0.2/32").And.Contain("inet6 fd00::1/64"));

        await addresses.ReplaceAsync(six with { ValidLifetime = null, PreferredLifetime = null });
        await addresses.DeleteAsync(four[0]);
        Assert.That((await addresses.ListAsync("br0")).Select(each => (each.Address.ToString(), each.ValidLifetime)).Where(each => !each.Item1.StartsWith("fe80", StringComparison.Ordinal)),
            Is.EquivalentTo(new[] { ("10.2.0.1", (TimeSpan?)null), ("fd00::1", null) }));
        Assert.That(() => addresses.DeleteAsync(four[0]), Throws.InstanceOf<NetlinkException>().With.Property("Kind").EqualTo(NetlinkErrorKind.NotFound));
    }

    [Test]
    public async Task Routes_are_added_replaced_read_and_deleted()
    {
        await using Scene scene = await Scene.CreateAsync();
        RouteOperations routes = scene.Connection.Routes;
        await scene.Connection.Links.SetAsync("lo", new LinkSpec { Up = true });
        int index = await scene.Connection.Links.AddAsync(new LinkSpec { Name = "br0", Kind = new Bridge(), Up = true });
        await scene.Connection.Addresses.AddAsync(new LinkAddress { Link = "br0", Address = IPAddress.Parse("10.1.0.1"), PrefixLength = 24 });
        await scene.Connection.Addresses.AddAsync(new LinkAddress { Link = "br0", Address = IPAddress.Parse("fd00::1"), PrefixLength = 64, Flags = AddressFlags.NoDuplicateDetection });
        Route plain = new() { Destination = IPNetwork.Parse("10.7.0.0/16"), Gateway = IPAddress.Parse("10.1.0.9"), Mtu = 1400, Metric = 7, PreferredSource = IPAddress.Parse("10.1.0.1") };
        Route split = new()
        {
            Destination = IPNetwork.Parse("10.8.0.0/16"),
            NextHops = [new RouteNextHop { Gateway = IPAddress.Parse("10.1.0.7"), Weight = 3 }, new RouteNextHop { Gateway = IPAddress.Parse("10.1.0.8"), Link = "br0" }],
        };
        await routes.AddAsync(plain);
        await routes.AddAsync(split);
        await routes.AddAsync(new Route { Destination = IPNetwork.Parse("0.0.0.0/0"), Gateway = IPAddress.Parse("10.1.0.254") });
        await routes.AddAsync(new Route { Destination = IPNetwork.Parse("10.66.0.0/16"), Type = RouteType.Blackhole, Table = 4000 });
        await routes.AddAsync(new Route { Destination = IPNetwork.Parse("fd01::/64"), Gateway = IPAddress.Parse("fd00::9"), Link = "br0" });
        Route six = new()
        {
            Destination = IPNetwork.Parse("fd02::/64"),
            NextHops = [new RouteNextHop { Gateway = IPAddress.Parse("fd00::8"), Link = index, Weight = 3 }, new RouteNextHop { Gateway = IPAddress.Parse("fd00::7"), Link = index }],
        };
        await routes.AddAsync(six);
        Assert.That((await routes.ListAsync()).Single(route => route.Destination == six.Destination).NextHops, Is.EquivalentTo(six.NextHops));
        await routes.AddAsync(new Route { Destination = IPNetwork.Parse("10.9.0.0/16"), Gateway = IPAddress.Parse("fd00::9"), Link = "br0" });

        IReadOnlyList<Route> main = await routes.ListAsync(family: AddressFamily.InterNetwork);
        Route Find(string destination) => main.Single(route => route.Destination == IPNetwork.Parse(destination));

        Assert.That(Find("10.7.0.0/16"), Is.EqualTo(plain with { Link = index, Scope = RouteScope.Universe }));
        Assert.That(Find("10.8.0.0/16").NextHops, Is.EqualTo(split.NextHops.Select(hop => hop with { Link = index })));
        Assert.That(Find("0.0.0.0/0").Gateway, Is.EqualTo(IPAddress.Parse("10.1.0.254")));
        Assert.That(Find("10.1.0.0/24"), Has.Property("Protocol").EqualTo(Route.KernelProtocol).And.Property("Scope").EqualTo(RouteScope.Link));
        Assert.That(Find("10.9.0.0/16").Gateway, Is.EqualTo(IPAddress.Parse("fd00::9")));
        Assert.That((await routes.ListAsync(4000)).Single(), Has.Property("Type").EqualTo(RouteType.Blackhole));
        Assert.That(await routes.ListAsync(4001), Is.Empty);
        Assert.That((await routes.ListAsync(null)).Count, Is.GreaterThan(main.Count + 3));
        Assert.That((await routes.ListAsync(family: AddressFamily.InterNetworkV6)).Single(route => route.Destination == IPNetwork.Parse("fd01::/64")).Metric, Is.EqualTo(1024));
        Assert.That((await routes.GetAsync(IPAddress.Parse("10.7.3.4"))).Gateway, Is.EqualTo(IPAddress.Parse("10.1.0.9")));

        await routes.ReplaceAsync(plain with { Gateway = IPAddress.Parse("10.1.0.10"), Mtu = null });
        Assert.That((await routes.GetAsync(IPAddress.Parse("10.7.3.4"))).Gateway, Is.EqualTo(IPAddress.Parse("10.1.0.10")));
        await routes.DeleteAsync(new Route { Destination = plain.Destination });
        await routes.DeleteAsync(new Route { Destination = IPNetwork.Parse("fd01::/64") });
        Assert.That(await scene.IpAsync("route show"), Does.Not.Contain("10.7.0.0"));
        Assert.That(() => routes.DeleteAsync(new Route { Destination = plain.Destination }), Throws.InstanceOf<NetlinkException>().With.Property("Kind").EqualTo(NetlinkErrorKind.NotFound));
        Assert.That(() => routes.AddAsync(new Route { Destination = IPNetwork.Parse("10.7.0.0/16"), Gateway = IPAddress.Parse("172.16.0.1") }),
            Throws.InstanceOf<NetlinkException>().With.Message.Contains("RTM_NEWROUTE 10.7.0.0/16 via 172.16.0.1").And.Message.Contains("ENETUNREACH").And.Message.Contains("Nexthop has invalid gateway"));
    }
}
