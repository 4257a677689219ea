using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using NUnit.Framework;

namespace LimiQuantix.Conformance;

/// <summary>What every <see cref="INetworkBackend"/> does.</summary>
public abstract partial class NetworkSuite(bool isRemote) : ProviderSuite<INetworkBackend>(isRemote)
{
    private readonly List<Guid> _networks = [];
    private readonly List<Guid> _ports = [];
    private int _macs;

    /// <summary>Whether the fabric forwards ports of the node.</summary>
    protected virtual bool HasForwards => false;

    protected override async ValueTask CleanUpAsync()
    {
        foreach (var id in _ports)
        {
            await Provider.UnbindPortAsync(id, Context.NodeId).WaitAsync(Patience);
            await Provider.DeletePortAsync(id).WaitAsync(Patience);
        }

        foreach (var id in _networks) await Provider.DeleteNetworkAsync(id).WaitAsync(Patience);
        _ports.Clear();
        _networks.Clear();
    }

    protected override IEnumerable<(string Member, Func<CancellationToken, Task> Call)> EveryCall()
    {
        var id = Guid.CreateVersion7();
        yield return (nameof(Provider.EnsureNetworkAsync), token => Provider.EnsureNetworkAsync(NewNetwork(), token));
        yield return (nameof(Provider.DeleteNetworkAsync), token => Provider.DeleteNetworkAsync(id, token));
        yield return (nameof(Provider.EnsurePortAsync), token => Provider.EnsurePortAsync(NewPort(Guid.CreateVersion7()), token));
        yield return (nameof(Provider.BindPortAsync), token => Provider.BindPortAsync(id, Context.NodeId, token));
        yield return (nameof(Provider.UnbindPortAsync), token => Provider.UnbindPortAsync(id, Context.NodeId, token));
        yield return (nameof(Provider.DeletePortAsync), token => Provider.DeletePortAsync(id, token));
        yield return (nameof(Provider.ListNetworksAsync), async token => await Provider.ListNetworksAsync(new ListNetworksRequest(), token).FirstOrDefaultAsync(token));
        yield return (nameof(Provider.ListPortsAsync), async token => await Provider.ListPortsAsync(new ListPortsRequest(), token).FirstOrDefaultAsync(token));
    }

    [Test]
    public async Task Network_is_made_once()
    {
        var network = NewNetwork();
        var made = await Provider.EnsureNetworkAsync(network).WaitAsync(Patience);
        var again = await Provider.EnsureNetworkAsync(network).WaitAsync(Patience);

        Assert.That(made.NetworkId, Is.EqualTo(network.Ownership.ResourceId));
        Assert.That(made.Mtu, Is.InRange(576, 65535));
        Assert.That(again, Is.EqualTo(made));
    }

    [Test]
    public async Task Network_is_the_same_under_another_name()
    {
        var network = NewNetwork();
        var made = await Provider.EnsureNetworkAsync(network).WaitAsync(Patience);

        Assert.That((await Provider.EnsureNetworkAsync(network with { Name = "renamed" }).WaitAsync(Patience)).NetworkId, Is.EqualTo(made.NetworkId));
    }

    [Test]
    public async Task Network_with_ports_is_not_deleted()
    {
        var port = await PortAsync();
        await Provider.EnsurePortAsync(port).WaitAsync(Patience);

        await RefusedAsync(ErrorCodes.FailedPrecondition, () => Provider.DeleteNetworkAsync(port.NetworkId));

        await Provider.DeletePortAsync(port.Ownership.ResourceId).WaitAsync(Patience);
        await Provider.DeleteNetworkAsync(port.NetworkId).WaitAsync(Patience);
    }

    [Test]
    public async Task Port_is_made_once()
    {
        var port = await PortAsync();
        var made = await Provider.EnsurePortAsync(port).WaitAsync(Patience);
        var again = await Provider.EnsurePortAsync(port).WaitAsync(Patience);

        Assert.That(made.PortId, Is.EqualTo(port.Ownership.ResourceId));
        Assert.That(again.PortId, Is.EqualTo(made.PortId));
        Assert.That(again.Addresses, Is.EqualTo(made.Addresses));
    }

    [Test]
    public async Task Different_port_is_a_conflict_and_changes_nothing()
    {
        var port = await PortAsync();
        var made = await Provider.EnsurePortAsync(port).WaitAsync(Patience);

        await RefusedAsync(ErrorCodes.Conflict, () => Provider.EnsurePortAsync(port with { MacAddress = NextMac() }));
        Assert.That((await Provider.EnsurePortAsync(port).WaitAsync(Patience)).PortId, Is.EqualTo(made.PortId));
    }

    [Test]
    public async Task Foreign_or_empty_id_is_refused()
    {
        var network = NewNetwork();
        var port = await PortAsync();
        foreach (var wrong in new[] { NewOwnership() with { InstallationId = Guid.NewGuid() }, NewOwnership() with { ResourceId = Guid.Empty } })
        {
            await RefusedAsync(ErrorCodes.InvalidArgument, () => Provider.EnsureNetworkAsync(network with { Ownership = wrong }));
            await RefusedAsync(ErrorCodes.InvalidArgument, () => Provider.EnsurePortAsync(port with { Ownership = wrong }));
        }
    }

    [Test]
    public void Nothing_is_no_definition()
    {
        Assert.That(() => Provider.EnsureNetworkAsync(null!), Throws.ArgumentNullException);
        Assert.That(() => Provider.EnsurePortAsync(null!), Throws.ArgumentNullException);
    }

    [Test]
    public async Task Port_is_bound_where_it_is_wanted()
    {
        var port = await PortAsync();
        await Provider.EnsurePortAsync(port).WaitAsync(Patience);

        var bound = await Provider.BindPortAsync(port.Ownership.ResourceId, Context.NodeId).WaitAsync(Patience);
        var again = await Provider.BindPortAsync(port.Ownership.ResourceId, Context.NodeId).WaitAsync(Patience);

        Assert.That(bound.NodeId, Is.EqualTo(Context.NodeId));
        Assert.That(Wire.ContractJson.ToBytes(again), Is.EqualTo(Wire.ContractJson.ToBytes(bound)));
        await Provider.UnbindPortAsync(port.Ownership.ResourceId, Context.NodeId).WaitAsync(Patience);
        await Provider.UnbindPortAsync(port.Ownership.ResourceId, Context.NodeId).WaitAsync(Patience);
    }

    [Test]
    public async Task What_is_absent_is_not_found_and_can_be_deleted()
    {
        var id = Guid.CreateVersion7();
        await RefusedAsync(ErrorCodes.NotFound, () => Provider.BindPortAsync(id, Context.NodeId));
        await Provider.UnbindPortAsync(id, Context.NodeId).WaitAsync(Patience);
        await Provider.UnbindPortAsync(id, new NodeId("elsewhere")).WaitAsync(Patience);
        await Provider.DeletePortAsync(id).WaitAsync(Patience);
        await Provider.DeleteNetworkAsync(id).WaitAsync(Patience);
    }

    [Test]
    public async Task Deleted_port_is_gone_and_can_be_made_anew()
    {
        var port = await PortAsync();
        await Provider.EnsurePortAsync(port).WaitAsync(Patience);
        await Provider.DeletePortAsync(port.Ownership.ResourceId).WaitAsync(Patience);
        await RefusedAsync(ErrorCodes.NotFound, () => Provider.BindPortAsync(port.Ownership.ResourceId, Context.NodeId));

        await Provider.EnsurePortAsync(port with { MacAddress = NextMac() }).WaitAsync(Patience);
    }

    [Test]
    public async Task Many_callers_make_bind_and_delete_one_port()
    {
        var network = NewNetwork();
        await TogetherAsync(_ => Provider.EnsureNetworkAsync(network));
        var port = NewPort(network.Ownership.ResourceId);
        var id = port.Ownership.ResourceId;
        var made = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(() => Provider.EnsurePortAsync(port)))).WaitAsync(Patience);

        Assert.That(made.Select(observation => observation.PortId), Is.All.EqualTo(id));
        PortForward[] forwards = HasForwards ? [new PortForward { GuestPort = 22 }] : [];
        var bound = new IReadOnlyList<PortForward>[Callers];
        await TogetherAsync(async number => bound[number] = await BindAsync(port, forwards));
        Assert.That(bound, Is.All.EqualTo(bound[0]), "chosen once");
        await TogetherAsync(_ => Provider.UnbindPortAsync(id, Context.NodeId));
        await TogetherAsync(_ => Provider.DeletePortAsync(id));
        await TogetherAsync(_ => Provider.DeleteNetworkAsync(network.Ownership.ResourceId));
    }

    [Test]
    public async Task Call_cancelled_in_its_middle_can_be_completed()
    {
        var port = await PortAsync();
        var id = port.Ownership.ResourceId;
        await CancelledInMidCallAsync(
            async token =>
            {
                await Provider.EnsurePortAsync(port, token);
                await Provider.BindPortAsync(id, Context.NodeId, token);
            },
            async _ =>
            {
                await Provider.EnsurePortAsync(port).WaitAsync(Patience);
                await Provider.BindPortAsync(id, Context.NodeId).WaitAsync(Patience);
                await Provider.UnbindPortAsync(id, Context.NodeId).WaitAsync(Patience);
                await Provider.DeletePortAsync(id).WaitAsync(Patience);
            });
    }

    [Test]
    public async Task What_was_made_is_listed_until_it_is_deleted()
    {
        var network = NewNetwork();
        var networkMade = await Provider.EnsureNetworkAsync(network).WaitAsync(Patience);
        var port = NewPort(network.Ownership.ResourceId);
        var made = await Provider.EnsurePortAsync(port).WaitAsync(Patience);

        Assert.That((await AllAsync(Provider.ListNetworksAsync(new ListNetworksRequest()))), Is.EqualTo(new[] { networkMade }));
        var listed = (await AllAsync(Provider.ListPortsAsync(new ListPortsRequest()))).Single();
        Assert.That(Wire.ContractJson.ToBytes(listed), Is.EqualTo(Wire.ContractJson.ToBytes(made)));

        await Provider.DeletePortAsync(made.PortId).WaitAsync(Patience);
        await Provider.DeleteNetworkAsync(networkMade.NetworkId).WaitAsync(Patience);
        Assert.That(await AllAsync(Provider.ListPortsAsync(new ListPortsRequest())), Is.Empty);
        Assert.That(await AllAsync(Provider.ListNetworksAsync(new ListNetworksRequest())), Is.Empty);
    }

    [Test]
    public async Task Superseded_engine_changes_no_network()
    {
        var network = NewNetwork();
        _networks.Clear();
        ProviderMark? mark = null;
        await OnlyLaterEnginesAsync(
            [
                async call => mark = (await Provider.EnsureNetworkAsync(new EnsureNetworkRequest { Call = call, Definition = network })).Mark,
                call => Provider.DeleteNetworkAsync(new DeleteNetworkRequest { Call = call, NetworkId = network.Ownership.ResourceId }),
            ],
            () => Task.FromResult(mark));
    }

    [Test]
    public async Task Superseded_engine_changes_no_port()
    {
        var network = NewNetwork();
        var port = NewPort(network.Ownership.ResourceId);
        var id = port.Ownership.ResourceId;
        _networks.Clear();
        _ports.Clear();
        await Provider.EnsureNetworkAsync(new EnsureNetworkRequest { Call = Heard with { EngineToken = 1, OwnerEpoch = 0, Generation = 0 }, Definition = network });
        ProviderMark? mark = null;
        await OnlyLaterEnginesAsync(
            [
                async call => mark = (await Provider.EnsurePortAsync(new EnsurePortRequest { Call = call, Definition = port })).Mark,
                call => Provider.BindPortAsync(new BindPortRequest { Call = call, PortId = id, MachineId = id, Node = Context.NodeId }),
                call => Provider.UnbindPortAsync(new UnbindPortRequest { Call = call, PortId = id, Node = Context.NodeId }),
                call => Provider.DeletePortAsync(new DeletePortRequest { Call = call, PortId = id }),
            ],
            () => Task.FromResult(mark));
        await Provider.DeleteNetworkAsync(new DeleteNetworkRequest { Call = new ProviderCall { Era = 3, EngineToken = 1 }, NetworkId = network.Ownership.ResourceId });
    }

    /// <summary>A network that is deleted at the test's end.</summary>
    protected NetworkDefinition NewNetwork()
    {
        var network = new NetworkDefinition { Ownership = NewOwnership(), Name = "suite" };
        _networks.Add(network.Ownership.ResourceId);
        return network;
    }

    /// <summary>A port that is deleted at the test's end.</summary>
    protected PortDefinition NewPort(Guid networkId)
    {
        var port = new PortDefinition { Ownership = NewOwnership(), NetworkId = networkId, MacAddress = NextMac() };
        _ports.Add(port.Ownership.ResourceId);
        return port;
    }

    private async Task<PortDefinition> PortAsync()
    {
        var network = NewNetwork();
        await Provider.EnsureNetworkAsync(network).WaitAsync(Patience);
        return NewPort(network.Ownership.ResourceId);
    }

    private string NextMac() => $"52:54:00:00:00:{++_macs:x2}";
}
