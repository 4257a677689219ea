using LimiQuantix.Networks;
using LimiQuantix.Nodes;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>The options of a fake fabric. They may be changed while it works.</summary>
public sealed class FakeNetworkOptions : FakeOptions
{
    /// <summary>The largest packet of its networks.</summary>
    public int Mtu { get; set; } = 1500;

    /// <summary>Whether it forwards host ports.</summary>
    public bool HasForwards { get; set; } = true;

    /// <summary>Whether networks have the subnets and ports the addresses that the engine chose.</summary>
    public bool HasChosenAddresses { get; set; }

    /// <summary>Whether a port needs its network made first.</summary>
    public bool RequiresNetworks { get; set; } = true;

    /// <summary>The first host port that it chooses.</summary>
    public int FirstHostPort { get; set; } = 40_000;

    /// <summary>The addresses that it assigns to a port.</summary>
    public Func<PortDefinition, IReadOnlyList<string>> Addresses { get; set; } = _ => [];
}

/// <summary>A port as the fakes' world keeps it.</summary>
public sealed record FakePort
{
    /// <summary>What it was made as.</summary>
    public required PortDefinition Definition { get; init; }

    /// <summary>Where it is bound, and how.</summary>
    public IReadOnlyList<FakeBinding> Bindings { get; init; } = [];
}

/// <summary>A port's binding to a node.</summary>
public sealed record FakeBinding
{
    /// <summary>The node.</summary>
    public required NodeId Node { get; init; }

    /// <summary>The forwards with every host port chosen.</summary>
    public IReadOnlyList<PortForward> Forwards { get; init; } = [];
}

/// <summary>The other side of a fake fabric.</summary>
public sealed class FakeNetworkSide
{
    private readonly FakeWorld _world;
    private readonly string _area;

    internal FakeNetworkSide(FakeWorld world, string instance)
    {
        _world = world;
        _area = $"{nameof(INetworkBackend)}/{instance}/";
    }

    /// <summary>Every port, other installations' too.</summary>
    public IReadOnlyList<FakePort> Ports => _world.Read(things => AllPorts(things).ToList());

    /// <summary>Every network.</summary>
    public IReadOnlyList<NetworkDefinition> Networks => _world.Read(things => things.All<NetworkDefinition>(_area + "networks/").ToList());

    /// <summary>A port, or <see langword="null"/>.</summary>
    public FakePort? FindPort(Guid portId) => _world.Read(things => FindPort(things, portId));

    /// <summary>Makes another installation's port.</summary>
    public Guid AddForeignPort()
    {
        var id = Guid.NewGuid();
        _world.Change(things =>
        {
            var owner = new Ownership { InstallationId = Guid.NewGuid(), ResourceId = id };
            Put(things, new FakePort { Definition = new PortDefinition { Ownership = owner, NetworkId = Guid.NewGuid(), MacAddress = "52:54:00:ff:ff:ff" } });
            return 0;
        });
        return id;
    }

    internal NetworkDefinition? FindNetwork(FakeThings things, Guid id) => things.Get<NetworkDefinition>(NetworkKey(id));

    internal IEnumerable<NetworkDefinition> AllNetworks(FakeThings things) => things.All<NetworkDefinition>(_area + "networks/");

    internal FakePort? FindPort(FakeThings things, Guid id) => things.Get<FakePort>(PortKey(id));

    internal IEnumerable<FakePort> AllPorts(FakeThings things) => things.All<FakePort>(_area + "ports/");

    internal void Put(FakeThings things, NetworkDefinition network) => things.Put(NetworkKey(network.Ownership.ResourceId), network);

    internal void Put(FakeThings things, FakePort port) => things.Put(PortKey(port.Definition.Ownership.ResourceId), port);

    internal void RemoveNetwork(FakeThings things, Guid id) => things.Remove(NetworkKey(id));

    internal void RemovePort(FakeThings things, Guid id) => things.Remove(PortKey(id));

    private string NetworkKey(Guid id) => $"{_area}networks/{id}";

    private string PortKey(Guid id) => $"{_area}ports/{id}";
}
