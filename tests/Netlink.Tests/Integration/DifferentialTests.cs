using System.Globalization;
using System.Net;
using System.Text.Json;
using LimiQuantix.Testing;
using Netlink.Tests.Support;

namespace Netlink.Tests.Integration;

/// <summary>Random changes; what is read is what iproute2 reads.</summary>
[Category("Integration")]
internal sealed class DifferentialTests
{
    [Test]
    public async Task Dumps_equal_those_of_ip_and_bridge_after_random_changes()
    {
        Requires.Tool("bridge");
        int changes = Soak.Rounds(500, 5000);
        await using Scene scene = await Scene.CreateAsync();
        var changer = new RandomChanges(scene.Connection, seed: 20261127);
        for (int done = 0; done < changes; done += 100)
        {
            for (int i = 0; i < 100; i++)
                await changer.ChangeAsync();
            await CompareAsync("links", () => LinksAsync(scene), () => IpLinksAsync(scene));
            await CompareAsync("addresses", () => AddressesAsync(scene), () => IpAddressesAsync(scene));
            await CompareAsync("routes", () => RoutesAsync(scene), () => IpRoutesAsync(scene));
            await CompareAsync("forwarding entries", () => FdbAsync(scene), () => BridgeFdbAsync(scene));
        }
        TestContext.Out.WriteLine($"{changes} changes, {changer.Refused} refused by the kernel: {changer.Summary}");
        Assert.That(changer.Refused, Is.LessThan(changes / 2));
        Soak.Note(changes, "random link, address, route and forwarding changes; dumps equal those of ip and bridge");
    }

    /// <summary>What settles by itself (a link's state, addresses that are verified) may do so between two dumps.</summary>
    private static async Task CompareAsync(string what, Func<Task<List<string>>> ours, Func<Task<List<string>>> theirs)
    {
        List<string> mine = [], other = [];
        for (int attempt = 0; attempt < 10; attempt++)
        {
            mine = await ours();
            other = await theirs();
            mine.Sort(StringComparer.Ordinal);
            other.Sort(StringComparer.Ordinal);
            if (mine.SequenceEqual(other, StringComparer.Ordinal))
                return;
            await Task.Delay(200);
        }
        Assert.Fail($"{what} differ.\nonly ours:\n{string.Join('\n', mine.Except(other))}\nonly theirs:\n{string.Join('\n', other.Except(mine))}");
    }

    private static async Task<List<string>> LinksAsync(Scene scene)
    {
        IReadOnlyList<Link> links = await scene.Connection.Links.ListAsync();
        string? Name(int? index) => links.FirstOrDefault(each => each.Index == index)?.Name;
        return [.. links.Select(link => Line(
            link.Index, link.Name, link.Mtu, link.IsUp, link.HasCarrier, link.OperationalState.ToString().ToUpperInvariant(), link.HardwareType == 772 ? null : link.Address,
            Name(link.MasterIndex), link.TransmitQueueLength, link.Group == 0 ? "default" : link.Group, link.Alias, string.Join(',', link.AlternativeNames),
            link.QueueingDiscipline, link.Kind?.Name,
            link.Kind is Vxlan vxlan ? Line(vxlan.Id, vxlan.Port, vxlan.Local, vxlan.Learning, vxlan.Ageing!.Value.TotalSeconds) : null,
            link.BridgePort is { } port ? Line(port.State!.Value.ToString().ToUpperInvariant(), port.Priority, port.Cost, port.Learning, port.UnicastFlood, port.NeighbourSuppression, port.Isolated, port.Hairpin) : null,
            link.Statistics is not null))];
    }

    private static async Task<List<string>> IpLinksAsync(Scene scene) =>
        [.. (await scene.IpJsonAsync("-j -d link show")).Select(link =>
        {
            string[] flags = [.. link.GetProperty("flags").EnumerateArray().Select(each => each.GetString()!)];
            JsonElement? info = Get(link, "linkinfo");
            string? kind = Text(info, "info_kind");
            JsonElement? data = Get(info, "info_data"), port = Text(info, "info_slave_kind") == "bridge" ? Get(info, "info_slave_data") : null;
            return Line(
                Text(link, "ifindex"), Text(link, "ifname"), Text(link, "mtu"), flags.Contains("UP"), flags.Contains("LOWER_UP"), Text(link, "operstate"),
                Text(link, "link_type") == "loopback" ? null : Text(link, "address"), Text(link, "master"), Text(link, "txqlen") ?? "0", Text(link, "group"), Text(link, "ifalias"),
                Get(link, "altnames") is { } names ? string.Join(',', names.EnumerateArray().Select(each => each.GetString())) : "",
                Text(link, "qdisc"), kind,
                kind == "vxlan" ? Line(Text(data, "id"), Text(data, "port"), Text(data, "local"), Text(data, "learning"), Text(data, "ageing")) : null,
                port is null ? null : Line(Text(port, "state")!.ToUpperInvariant(), Text(port, "priority"), Text(port, "cost"), Text(port, "learning"), Text(port, "flood"), Text(port, "neigh_suppress"), Text(port, "isolated"), Text(port, "hairpin")),
                true);
        })];

    private static async Task<List<string>> AddressesAsync(Scene scene) => [.. (await scene.Connection.Addresses.ListAsync()).Select(each => Line(
        each.Link.Index, each.Address, each.PrefixLength, each.Peer, each.Broadcast, each.Label, Scope(each.Scope), each.ValidLifetime is null))];

    private static async Task<List<string>> IpAddressesAsync(Scene scene) => [.. (await scene.IpJsonAsync("-j addr show")).SelectMany(link =>
        link.GetProperty("addr_info").EnumerateArray().Select(each => Line(
            Text(link, "ifindex"), Text(each, "local"), Text(each, "prefixlen"), Text(each, "address"), Text(each, "broadcast"), Text(each, "label"), Text(each, "scope"),
            Text(each, "valid_life_time") == "4294967295")))];

    private static async Task<List<string>> RoutesAsync(Scene scene)
    {
        Dictionary<int, string> names = (await scene.Connection.Links.ListAsync()).ToDictionary(each => each.Index, each => each.Name);
        string? Name(LinkId link) => link.IsNone ? null : names.GetValueOrDefault(link.Index);
        return [.. (await scene.Connection.Routes.ListAsync(null)).Select(route => Line(
            (int)route.Type, Destination(route.Destination), route.Gateway, Name(route.Link), route.Table, route.Protocol, (int)route.Scope!, route.Metric, route.PreferredSource, route.Mtu,
            string.Join(';', route.NextHops.Select(hop => Line(hop.Gateway, Name(hop.Link), hop.Weight)))))];
    }

    private static async Task<List<string>> IpRoutesAsync(Scene scene)
    {
        JsonElement[] routes = [.. await scene.IpJsonAsync("-j -d -N -4 route show table all"), .. await scene.IpJsonAsync("-j -d -N -6 route show table all")];
        return [.. routes.Select(route => Line(
            Text(route, "type"), Text(route, "dst"), Text(route, "gateway") ?? Text(Get(route, "via"), "host"), Text(route, "dev"), Text(route, "table"), Text(route, "protocol"), Text(route, "scope"),
            Text(route, "metric"), Text(route, "prefsrc"), Get(route, "metrics") is { } metrics ? Text(metrics[0], "mtu") : null,
            Get(route, "nexthops") is { } hops
                ? string.Join(';', hops.EnumerateArray().Select(hop => Line(Text(hop, "gateway") ?? Text(Get(hop, "via"), "host"), Text(hop, "dev"), Text(hop, "weight"))))
                : ""))];
    }

    private static async Task<List<string>> FdbAsync(Scene scene)
    {
        Dictionary<int, string> names = (await scene.Connection.Links.ListAsync()).ToDictionary(each => each.Index, each => each.Name);
        return [.. (await scene.Connection.Fdb.ListAsync()).Select(each => Line(
            each.Address, names.GetValueOrDefault(each.Link.Index), each.MasterIndex is { } master ? names.GetValueOrDefault(master) : null,
            each.State switch { FdbEntryState.Dynamic => "", FdbEntryState.Stale => "stale", FdbEntryState.Static => "static", _ => "permanent" },
            each.Destination, each.Port, each.Vni, each.Via is { } via ? names.GetValueOrDefault(via.Index) : null, each.Flags.HasFlag(NeighbourFlags.Self)))];
    }

    private static async Task<List<string>> BridgeFdbAsync(Scene scene) => [.. (await scene.BridgeJsonAsync("-j fdb show")).Select(each => Line(
        Text(each, "mac"), Text(each, "ifname"), Text(each, "master"), Text(each, "state"), Text(each, "dst"), Text(each, "port"), Text(each, "vni"), Text(each, "viaIf"),
        // A bridge's own entries in its own table, which we say are its own.
        each.GetProperty("flags").EnumerateArray().Any(flag => flag.GetString() == "self") || Text(each, "master") == Text(each, "ifname")))];

    private static string Scope(RouteScope scope) => scope == RouteScope.Universe ? "global" : scope.ToString().ToLowerInvariant();

    private static string Destination(IPNetwork network) =>
        network.PrefixLength == 0 ? "default"
        : network.PrefixLength == (network.BaseAddress.GetAddressBytes().Length * 8) ? network.BaseAddress.ToString()
        : network.ToString();

    private static string Line(params object?[] parts) =>
        string.Join(' ', parts.Select(each => each is bool on ? on ? "true" : "false" : Convert.ToString(each, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "-"));

    private static JsonElement? Get(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } given && given.TryGetProperty(name, out JsonElement value) ? value : null;

    private static string? Text(JsonElement? element, string name) => Get(element, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => "true",
        { ValueKind: JsonValueKind.False } => "false",
        { } value => value.ToString(),
    };
}
