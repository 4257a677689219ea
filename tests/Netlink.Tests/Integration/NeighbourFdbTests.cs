using System.Net;
using System.Text.Json;
using Netlink.Tests.Support;

namespace Netlink.Tests.Integration;

[Category("Integration")]
internal sealed class NeighbourFdbTests
{
    private static readonly MacAddress Station = MacAddress.Parse("02:00:00:00:00:77");

    [Test]
    public async Task Neighbours_are_added_read_and_deleted()
    {
        await using Scene scene = await Scene.CreateAsync();
        NeighbourOperations neighbours = scene.Connection.Neighbours;
        int index = await scene.Connection.Links.AddAsync(new LinkSpec { Name = "br0", Kind = new Bridge(), Up = true });
        await scene.Connection.Links.AddAsync(new LinkSpec { Name = "br1", Kind = new Bridge(), Up = true });
        Neighbour four = new() { Link = "br0", Address = IPAddress.Parse("10.1.0.7"), LinkLayerAddress = Station };
        await neighbours.AddAsync(four);
        await neighbours.AddAsync(four with { Link = "br1", State = NeighbourStates.Stale });
        await neighbours.ReplaceAsync(four with { Address = IPAddress.Parse("fd00::7"), State = NeighbourStates.NoArp });

        Assert.That((await neighbours.ListAsync("br0")).Where(each => each.LinkLayerAddress == Station), Is.EquivalentTo(new[]
        {
            four with { Link = index }, four with { Link = index, Address = IPAddress.Parse("fd00::7"), State = NeighbourStates.NoArp },
        }));
        Assert.That((await neighbours.ListAsync()).Count(each => each.LinkLayerAddress == Station), Is.EqualTo(3));
        Assert.That(await scene.IpAsync("neigh show dev br0"), Does.Contain($"10.1.0.7 lladdr {Station} PERMANENT"));
        Assert.That(() => neighbours.AddAsync(four), Throws.InstanceOf<NetlinkException>().With.Property("Kind").EqualTo(NetlinkErrorKind.AlreadyExists));

        await neighbours.DeleteAsync(four);
        Assert.That((await neighbours.ListAsync("br0")).Where(each => each.LinkLayerAddress == Station).Select(each => each.Address), Is.EqualTo(new[] { IPAddress.Parse("fd00::7") }));
    }

    [Test]
    public async Task Forwarding_entries_of_bridge_and_vxlan_are_added_read_and_deleted()
    {
        await using Scene scene = await Scene.CreateAsync();
        FdbOperations fdb = scene.Connection.Fdb;
        int bridge = await scene.Connection.Links.AddAsync(new LinkSpec { Name = "br0", Kind = new Bridge(), Up = true });
        int vxlan = await scene.Connection.Links.AddAsync(new LinkSpec { Name = "vx0", Master = "br0", Up = true, Kind = new Vxlan { Id = 100, Learning = false } });
        await fdb.AppendAsync(new FdbEntry { Link = "vx0", Address = MacAddress.Zero, Destination = IPAddress.Parse("10.9.0.2") });
        await fdb.AppendAsync(new FdbEntry { Link = "vx0", Address = MacAddress.Zero, Destination = IPAddress.Parse("10.9.0.3"), Port = 4790, Vni = 7, Via = "br0" });
        await fdb.ReplaceAsync(new FdbEntry { Link = "vx0", Address = Station, Destination = IPAddress.Parse("10.9.0.2"), State = FdbEntryState.Static });
        await fdb.ReplaceAsync(new FdbEntry { Link = "vx0", Address = Station, Flags = NeighbourFlags.Master, State = FdbEntryState.Static });

        IReadOnlyList<FdbEntry> entries = await fdb.ListAsync("vx0");

        Assert.That(entries.Where(each => each.Address == MacAddress.Zero), Is.EquivalentTo(new[]
        {
            new FdbEntry { Link = vxlan, Address = MacAddress.Zero, Flags = NeighbourFlags.Self, Destination = IPAddress.Parse("10.9.0.2") },
            new FdbEntry { Link = vxlan, Address = MacAddress.Zero, Flags = NeighbourFlags.Self, Destination = IPAddress.Parse("10.9.0.3"), Port = 4790, Vni = 7, Via = bridge },
        }));
        Assert.That(entries.Where(each => each.Address == Station), Is.EquivalentTo(new[]
        {
            new FdbEntry { Link = vxlan, Address = Station, Flags = NeighbourFlags.Self, State = FdbEntryState.Static, Destination = IPAddress.Parse("10.9.0.2") },
            new FdbEntry { Link = vxlan, Address = Station, Flags = NeighbourFlags.Master, State = FdbEntryState.Static, MasterIndex = bridge },
        }));
        JsonElement[] seen = await scene.BridgeJsonAsync("-j fdb show dev vx0");
        Assert.That(seen.Count(each => each.GetProperty("mac").GetString() == Station.ToString()), Is.EqualTo(2));

        await fdb.DeleteAsync(new FdbEntry { Link = "vx0", Address = Station });
        await fdb.DeleteAsync(new FdbEntry { Link = "vx0", Address = MacAddress.Zero, Destination = IPAddress.Parse("10.9.0.2") });
        Assert.That((await fdb.ListAsync("vx0")).Where(each => each.Flags.HasFlag(NeighbourFlags.Self)).Select(each => each.Destination), Does.Not.Contain(IPAddress.Parse("10.9.0.2")));
        // What was read can be deleted as it is, in whichever table it was.
        foreach (FdbEntry read in (await fdb.ListAsync("vx0")).Where(each => each.Address == Station))
            await fdb.DeleteAsync(read);
        Assert.That((await fdb.ListAsync("vx0")).Where(each => each.Address == Station), Is.Empty);
        await fdb.FlushAsync("vx0", NeighbourFlags.Self);
        Assert.That((await fdb.ListAsync("vx0")).Where(each => each.Destination is not null), Is.Empty);
    }
}
