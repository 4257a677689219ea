using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using NUnit.Framework;

namespace LimiQuantix.Conformance;

public abstract partial class NetworkSuite
{
    [Test]
    public async Task Declared_features_take_effect_and_forwards_need_their_feature()
    {
        var declared = Provider.GetCapability<IDeclaresFeatures>() is { } declares
            ? (await declares.DeclareFeaturesAsync(new DeclareFeaturesRequest()).WaitAsync(Patience)).Features : [];
        Assert.That(declared, Is.Unique.And.SubsetOf(ProviderFeatures.OfNetworks));
        Assert.That(declared.Contains(ProviderFeatures.PortForwards), Is.EqualTo(HasForwards));
        foreach (var protocol in new[] { TransportProtocol.Tcp, TransportProtocol.Udp })
        {
            if (!declared.Contains(protocol == TransportProtocol.Tcp ? ProviderFeatures.PortForwards : ProviderFeatures.PortForwardsUdp)) continue;
            var port = await PortAsync();
            await Provider.EnsurePortAsync(port).WaitAsync(Patience);
            var forward = (await BindAsync(port, [new PortForward { GuestPort = 22, Protocol = protocol }])).Single();
            Assert.That((forward.GuestPort, forward.Protocol, forward.HostPort > 0), Is.EqualTo((22, protocol, true)));
        }
    }

    [Test]
    public async Task Chosen_addresses_and_subnets_take_effect_where_they_are_declared()
    {
        var declared = Provider.GetCapability<IDeclaresFeatures>() is { } declares
            ? (await declares.DeclareFeaturesAsync(new DeclareFeaturesRequest()).WaitAsync(Patience)).Features : [];
        if (!declared.Contains(ProviderFeatures.PortAddresses) || !declared.Contains(ProviderFeatures.NetworkSubnets)) return;
        SubnetDefinition subnet = new() { Cidr = "10.9.0.0/24", Gateway = "10.9.0.1", DnsServers = ["10.9.0.2"] };
        var network = NewNetwork() with { Subnets = [subnet] };
        await Provider.EnsureNetworkAsync(network).WaitAsync(Patience);
        await Provider.EnsureNetworkAsync(network with { Subnets = [subnet with { DnsServers = ["10.9.0.2"] }] }).WaitAsync(Patience);
        await RefusedAsync(ErrorCodes.Conflict, () => Provider.EnsureNetworkAsync(network with { Subnets = [subnet with { Cidr = "10.9.0.0/25" }] }));
        var port = NewPort(network.Ownership.ResourceId) with { Addresses = ["10.9.0.5"] };

        var made = await Provider.EnsurePortAsync(port).WaitAsync(Patience);
        var again = await Provider.EnsurePortAsync(port with { Addresses = ["10.9.0.5"] }).WaitAsync(Patience);

        Assert.That((made.Addresses, again.Addresses), Is.EqualTo((port.Addresses, port.Addresses)));
        await RefusedAsync(ErrorCodes.Conflict, () => Provider.EnsurePortAsync(port with { Addresses = ["10.9.0.6"] }));
        await RefusedAsync(ErrorCodes.Conflict, () => Provider.EnsurePortAsync(NewPort(network.Ownership.ResourceId) with { Addresses = ["10.9.0.5"] }));
        await RefusedAsync(ErrorCodes.InvalidArgument, () => Provider.EnsurePortAsync(NewPort(network.Ownership.ResourceId) with { Addresses = ["10.8.0.5"] }));
    }

    [Test]
    public async Task Host_ports_are_chosen_once_and_kept()
    {
        var port = await PortAsync();
        PortForward[] wanted = [new PortForward { GuestPort = 22 }, new PortForward { GuestPort = 53, Protocol = TransportProtocol.Udp }];
        await Provider.EnsurePortAsync(port).WaitAsync(Patience);
        if (!HasForwards)
        {
            await RefusedAsync(ErrorCodes.InvalidArgument, () => BindAsync(port, wanted));
            return;
        }

        var made = await BindAsync(port, wanted);

        Assert.That(made.Select(forward => forward with { HostPort = 0 }), Is.EqualTo(wanted));
        Assert.That(made.Select(forward => forward.HostPort), Is.All.InRange(1, 65535));
        // Asked for as before, or with what was chosen: it is the same binding. With others it is not.
        Assert.That(await BindAsync(port, wanted), Is.EqualTo(made));
        Assert.That(await BindAsync(port, made), Is.EqualTo(made));
        await RefusedAsync(ErrorCodes.Conflict, () => BindAsync(port, [new PortForward { GuestPort = 80 }]));

        // One that another machine has by now is chosen anew where it may be, and is then the port's.
        PortForward[] others = [made[0] with { GuestPort = 2222 }];
        Assert.That(await BindAsync(port, made, others, [made[1]]), Is.EqualTo(made));
        var anew = await BindAsync(port, made, others, made);
        Assert.That(anew[0].HostPort, Is.InRange(1, 65535).And.Not.EqualTo(made[0].HostPort));
        Assert.That(anew[0] with { HostPort = 0 }, Is.EqualTo(wanted[0]));
        Assert.That(anew[1], Is.EqualTo(made[1]));
        Assert.That(await BindAsync(port, anew), Is.EqualTo(anew));

        // What is not bound any more has none.
        await Provider.UnbindPortAsync(port.Ownership.ResourceId, Context.NodeId).WaitAsync(Patience);
        Assert.That((await BindAsync(port, [new PortForward { GuestPort = 80 }])).Single().GuestPort, Is.EqualTo(80));
    }

    /// <summary>Binds a port with forwards, and expects that the attachment has what was chosen.</summary>
    private async Task<IReadOnlyList<PortForward>> BindAsync(
        PortDefinition port, IReadOnlyList<PortForward> forwards, IReadOnlyList<PortForward>? taken = null, IReadOnlyList<PortForward>? chosenAnew = null)
    {
        var id = port.Ownership.ResourceId;
        var request = new BindPortRequest
        {
            Call = ShortCalls.Engine, PortId = id, MachineId = id, Node = Context.NodeId, Forwards = forwards, Taken = taken ?? [], ChosenAnew = chosenAnew ?? [],
        };
        var bound = await Provider.BindPortAsync(request).WaitAsync(Patience);
        if (bound.Attachment is UserNic nic) Assert.That(nic.Forwards, Is.EqualTo(bound.Forwards));
        return bound.Forwards;
    }
}
