using LimiQuantix.Nodes;

namespace LimiQuantix.Networks;

/// <summary>Asks a fabric to make a network.</summary>
public sealed record EnsureNetworkRequest : MutatingRequest
{
    /// <summary>The network.</summary>
    public required NetworkDefinition Definition { get; init; }
}

/// <summary>Asks a fabric to delete a network.</summary>
public sealed record DeleteNetworkRequest : MutatingRequest
{
    /// <summary>The network.</summary>
    public required Guid NetworkId { get; init; }
}

/// <summary>That a network is no more.</summary>
public sealed record DeleteNetworkResult;

/// <summary>Asks a fabric to make a port.</summary>
public sealed record EnsurePortRequest : MutatingRequest
{
    /// <summary>The port.</summary>
    public required PortDefinition Definition { get; init; }
}

/// <summary>Asks a fabric to make a port usable for one machine on one node.</summary>
public sealed record BindPortRequest : MutatingRequest
{
    /// <summary>The port.</summary>
    public required Guid PortId { get; init; }

    /// <summary>The machine that will use it.</summary>
    public required Guid MachineId { get; init; }

    /// <summary>The node that the machine is on.</summary>
    public required NodeId Node { get; init; }

    /// <summary>Ports of the guest to forward from the node, where the fabric can.</summary>
    [Feature(ProviderFeatures.PortForwards)]
    public IReadOnlyList<PortForward> Forwards { get; init; } = [];

    /// <summary>Forwards of other machines of the node, on or off: their host ports are not chosen.</summary>
    public IReadOnlyList<PortForward> Taken { get; init; } = [];

    /// <summary>
    /// Of <see cref="Forwards"/>, those whose host ports were chosen before: where something else has one by now, another one is chosen. The machine is off.
    /// </summary>
    public IReadOnlyList<PortForward> ChosenAnew { get; init; } = [];
}

/// <summary>How a bound port is connected.</summary>
public sealed record BindPortResult
{
    /// <summary>How the node's hypervisor connects it.</summary>
    public required NicAttachment Attachment { get; init; }

    /// <summary>The forwards with every host port chosen.</summary>
    public IReadOnlyList<PortForward> Forwards { get; init; } = [];
}

/// <summary>Asks a fabric to end a port's binding to a node.</summary>
public sealed record UnbindPortRequest : MutatingRequest
{
    /// <summary>The port.</summary>
    public required Guid PortId { get; init; }

    /// <summary>The node.</summary>
    public required NodeId Node { get; init; }
}

/// <summary>That a port is not bound to the node any more.</summary>
public sealed record UnbindPortResult;

/// <summary>Asks a fabric to delete a port.</summary>
public sealed record DeletePortRequest : MutatingRequest
{
    /// <summary>The port.</summary>
    public required Guid PortId { get; init; }
}

/// <summary>That a port is no more.</summary>
public sealed record DeletePortResult;

/// <summary>Asks a fabric for the installation's networks.</summary>
public sealed record ListNetworksRequest
{
    /// <summary>That network alone; a fabric that cannot look for one lists all.</summary>
    public Guid? NetworkId { get; init; }
}

/// <summary>Asks a fabric for the installation's ports.</summary>
public sealed record ListPortsRequest;
