using System.Net;
using Netlink.Messages;
using Netlink.Tests.Support;

namespace Netlink.Tests.Integration;

[Category("Integration")]
internal sealed class ErrorTests
{
    [Test]
    public async Task Error_has_errno_the_kernels_words_the_attribute_and_the_requests_name()
    {
        await using Scene scene = await Scene.CreateAsync();
        LinkOperations links = scene.Connection.Links;
        await links.AddAsync(new LinkSpec { Name = "vx0", Kind = new Vxlan { Id = 7 } });
        NetlinkException twice = await Failure.OfAsync(() => links.AddAsync(new LinkSpec { Name = "vx1", Kind = new Vxlan { Id = 7 } }));
        NetlinkException mtu = await Failure.OfAsync(() => links.SetAsync("vx0", new LinkSpec { Mtu = 70000 }));
        NetlinkException attribute = await Failure.OfAsync(() => scene.Connection.SendAsync(
            new NetlinkRequest(16, NetlinkRequestFlags.Create, "RTM_NEWLINK by hand").AddHeader(default(Headers.Link)).AddUInt16(4, 1500, "IFLA_MTU")));
        NetlinkException missing = await Failure.OfAsync(() => scene.Connection.SendAsync(
            new NetlinkRequest(28, NetlinkRequestFlags.Create, "RTM_NEWNEIGH by hand").AddHeader(new Headers.Neighbour { Family = 2, Index = 1, State = 0x80 })));

        Assert.That((twice.Errno, twice.ErrnoName, twice.Kind, twice.Request), Is.EqualTo((17, "EEXIST", NetlinkErrorKind.AlreadyExists, "RTM_NEWLINK vxlan vx1")));
        Assert.That((twice.KernelMessage, twice.Message), Is.EqualTo(("A VXLAN device with the specified VNI already exists",
            "RTM_NEWLINK vxlan vx1 failed: EEXIST, File exists. The kernel says: A VXLAN device with the specified VNI already exists.")));
        Assert.That((mtu.Kind, mtu.KernelMessage), Is.EqualTo((NetlinkErrorKind.Invalid, "mtu greater than device maximum")));
        Assert.That((attribute.Kind, attribute.Attribute), Is.EqualTo((NetlinkErrorKind.Invalid, "IFLA_MTU")).Or.EqualTo((NetlinkErrorKind.Other, "IFLA_MTU")));
        Assert.That(attribute.Message, Does.Contain("It points at IFLA_MTU."));
        Assert.That(missing.Kind, Is.EqualTo(NetlinkErrorKind.Invalid));
        Assert.That(missing.Message, Does.Contain("wants attribute 1").Or.Contain("Network address not specified"));
    }

    [Test]
    public async Task What_is_not_there_is_named()
    {
        await using Scene scene = await Scene.CreateAsync();
        NetlinkException link = await Failure.OfAsync(() => scene.Connection.Links.GetAsync("nobody"));
        NetlinkException address = await Failure.OfAsync(
            () => scene.Connection.Addresses.AddAsync(new LinkAddress { Link = "nobody", Address = IPAddress.Parse("10.0.0.1"), PrefixLength = 24 }));
        NetlinkException index = await Failure.OfAsync(() => scene.Connection.Links.DeleteAsync(4711));

        Assert.That((link.Kind, link.ErrnoName), Is.EqualTo((NetlinkErrorKind.NotFound, "ENODEV")));
        Assert.That((address.Kind, address.Message), Is.EqualTo((NetlinkErrorKind.NotFound, "RTM_NEWADDR 10.0.0.1/24 on nobody failed: there is no link 'nobody'.")));
        Assert.That(index.Message, Does.StartWith("RTM_DELLINK link 4711 failed: ENODEV"));
        Assert.That(() => NetworkNamespace.Open("nobody"), Throws.InstanceOf<NetlinkException>().With.Property("Kind").EqualTo(NetlinkErrorKind.NotFound).And.Message.Contains("'nobody'"));
    }

    [Test]
    public async Task Kernel_without_a_feature_is_named_as_such()
    {
        await using Scene scene = await Scene.CreateAsync();
        // A kind that no kernel has stands for one that another kernel lacks.
        NetlinkException kind = await Failure.OfAsync(() => scene.Connection.Links.AddAsync(new LinkSpec { Name = "x", Kind = new OtherLinkKind("warpdrive") }));
        NetlinkException qdisc = await Failure.OfAsync(() => scene.Connection.TrafficControl.AddQdiscAsync(new Qdisc { Link = "lo", Kind = new OtherQdisc("warp") }));

        Assert.That((kind.Kind, kind.ErrnoName), Is.EqualTo((NetlinkErrorKind.NotSupported, "EOPNOTSUPP")));
        Assert.That(kind.Message, Does.EndWith("This kernel lacks the link kind 'warpdrive', or its module is not loaded."));
        Assert.That(qdisc.Kind, Is.EqualTo(NetlinkErrorKind.NotSupported));
        Assert.That(qdisc.Message, Does.EndWith("This kernel lacks the queueing discipline 'warp', or its module is not loaded."));
        await scene.Connection.Links.AddAsync(new LinkSpec { Name = "br0", Kind = new Bridge() });
        try
        {
            await scene.Connection.Links.AddAsync(new LinkSpec { Name = "v5", Kind = new Vlan { Id = 5, Parent = "br0" } });
            Assert.That((await scene.Connection.Links.GetAsync("v5")).Kind, Is.EqualTo(new Vlan { Id = 5, Protocol = 0x8100 }));
        }
        catch (NetlinkException exception)
        {
            Assert.That(exception.Message, Does.Contain("lacks the link kind 'vlan' (CONFIG_VLAN_8021Q)"));
        }
    }

    [Test]
    public async Task Batch_stops_at_the_first_failure_or_goes_on_to_the_end()
    {
        await using Scene scene = await Scene.CreateAsync();
        NetlinkRequest Add(string name) => NetlinkRequests.AddLink(new LinkSpec { Name = name, Kind = new Ifb() });

        NetlinkException stopped = await Failure.OfAsync(() => scene.Connection.SendAsync([Add("a"), Add("b"), Add("a"), Add("c")]));
        IReadOnlyList<string> afterStop = [.. (await scene.Connection.Links.ListAsync()).Select(link => link.Name)];
        IReadOnlyList<NetlinkException?> all = await scene.Connection.SendAllAsync([Add("d"), Add("a"), NetlinkRequests.SetLink("d", new LinkSpec { Up = true }), Add("e"), NetlinkRequests.DeleteLink("nobody")]);

        Assert.That((stopped.RequestIndex, stopped.Kind), Is.EqualTo(((int?)2, NetlinkErrorKind.AlreadyExists)));
        Assert.That(afterStop, Is.EquivalentTo(new[] { "lo", "a", "b" }));
        Assert.That(all.Select(each => each?.Kind), Is.EqualTo(new NetlinkErrorKind?[] { null, NetlinkErrorKind.AlreadyExists, null, null, NetlinkErrorKind.NotFound }));
        Assert.That((await scene.Connection.Links.GetAsync("d")).IsUp);
        Assert.That((await scene.Connection.Links.ListAsync()).Select(link => link.Name), Does.Contain("e"));
    }
}
