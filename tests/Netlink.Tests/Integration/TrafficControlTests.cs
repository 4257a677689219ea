using System.Net;
using System.Text.Json;
using Netlink.Tests.Support;

namespace Netlink.Tests.Integration;

[Category("Integration")]
internal sealed class TrafficControlTests
{
    [Test]
    public async Task Token_bucket_is_what_tc_sees_and_counts()
    {
        await using Scene scene = await Scene.CreateAsync();
        TrafficControlOperations control = scene.Connection.TrafficControl;
        await scene.Connection.Links.SetAsync("lo", new LinkSpec { Up = true });
        await control.AddQdiscAsync(new Qdisc { Link = "lo", Handle = new TrafficHandle(1, 0), Kind = new TokenBucket { BytesPerSecond = 6_250_000, BurstBytes = 65536, LimitBytes = 500_000 } });
        await scene.RunAsync("ping", "-c", "2", "-i", "0.01", "127.0.0.1");

        Qdisc read = (await control.ListQdiscsAsync("lo")).Single();
        JsonElement seen = JsonDocument.Parse(await scene.TcAsync("-j -s qdisc show dev lo")).RootElement[0];

        Assert.That(read.Handle, Is.EqualTo(new TrafficHandle(1, 0)));
        Assert.That(read.Parent, Is.EqualTo(TrafficHandle.Root));
        var bucket = (TokenBucket)read.Kind;
        Assert.That((bucket.BytesPerSecond, bucket.LimitBytes), Is.EqualTo((6_250_000ul, (uint?)500_000u)));
        Assert.That(bucket.BurstBytes, Is.EqualTo(65536).Within(4));
        Assert.That((seen.GetProperty("kind").GetString(), seen.GetProperty("options").GetProperty("rate").GetUInt64()), Is.EqualTo(("tbf", 6_250_000ul)));
        Assert.That((read.SentPackets, read.SentBytes), Is.EqualTo((seen.GetProperty("packets").GetUInt32(), seen.GetProperty("bytes").GetUInt64())));
        Assert.That(read.SentPackets, Is.GreaterThanOrEqualTo(4));

        await control.ReplaceQdiscAsync(read with { Kind = new TokenBucket { BytesPerSecond = 6_000_000_000, BurstBytes = 1 << 20 } });
        Assert.That(((TokenBucket)(await control.ListQdiscsAsync("lo")).Single().Kind).BytesPerSecond, Is.EqualTo(6_000_000_000));
        await control.DeleteQdiscAsync(read);
        Assert.That((await control.ListQdiscsAsync("lo")).Select(each => each.Kind), Has.None.InstanceOf<TokenBucket>());
    }

    [Test]
    public async Task What_a_link_receives_is_copied_and_redirected()
    {
        await using Scene scene = await Scene.CreateAsync();
        NetworkNamespace other = await scene.AnotherAsync();
        LinkOperations links = scene.Connection.Links;
        TrafficControlOperations control = scene.Connection.TrafficControl;
        await links.AddAsync(new LinkSpec { Name = "a0", Up = true, Kind = new Veth { Peer = new LinkSpec { Name = "b0", Namespace = other } } });
        await links.AddAsync(new LinkSpec { Name = "ifb0", Up = true, Kind = new Ifb() });
        await links.AddAsync(new LinkSpec { Name = "ifb1", Up = true, Kind = new Ifb() });
        await scene.Connection.Addresses.AddAsync(new LinkAddress { Link = "a0", Address = IPAddress.Parse("10.3.0.1"), PrefixLength = 24 });
        await using RtnetlinkConnection there = await RtnetlinkConnection.OpenAsync(other);
        await there.Links.SetAsync("b0", new LinkSpec { Up = true });
        await there.Addresses.AddAsync(new LinkAddress { Link = "b0", Address = IPAddress.Parse("10.3.0.2"), PrefixLength = 24 });

        await control.AddQdiscAsync(new Qdisc { Link = "a0", Kind = new IngressQdisc() });
        U32Match fromThere = new() { Offset = 12, Value = 0x0A030002, Mask = 0xFFFFFFFF };
        await control.AddFilterAsync(new U32Filter { Link = "a0", Parent = TrafficHandle.Ingress, Priority = 2, Protocol = 0x0800, Matches = [fromThere], Mirror = new MirrorAction { Target = "ifb0", Copy = true } });
        await scene.RunAsync("ping", "-c", "5", "-i", "0.01", "10.3.0.2");
        Link copies = await links.GetAsync("ifb0");
        await control.AddFilterAsync(new U32Filter { Link = "a0", Parent = TrafficHandle.Ingress, Priority = 1, Mirror = new MirrorAction { Target = "ifb1" } });
        string lost = (await LimiQuantix.Testing.Command.RunAsync("ip", ["netns", "exec", other.Description, "ping", "-c", "2", "-i", "0.01", "-W", "1", "10.3.0.1"])).StandardOutput;

        Assert.That(await scene.TcAsync("filter show dev a0 ingress"), Does.Contain("match 0a030002/ffffffff at 12").And.Contain("Mirror to device ifb0").And.Contain("Redirect to device ifb1"));
        Assert.That(copies.Statistics!.ReceivedPackets, Is.GreaterThanOrEqualTo(5));
        // An ifb gives what is redirected to it back to the link: the packets pass, through its queue.
        Assert.That((await links.GetAsync("ifb1")).Statistics!.ReceivedPackets, Is.GreaterThanOrEqualTo(2));
        Assert.That(lost, Does.Contain("2 received"));
        await control.DeleteFiltersAsync(new U32Filter { Link = "a0", Parent = TrafficHandle.Ingress, Priority = 1 });
        Assert.That(await scene.TcAsync("filter show dev a0 ingress"), Does.Contain("ifb0").And.Not.Contain("ifb1"));
        await control.DeleteQdiscAsync(new Qdisc { Link = "a0", Kind = new IngressQdisc() });
        Assert.That(await scene.TcAsync("qdisc show dev a0"), Does.Not.Contain("ingress"));
    }
}
