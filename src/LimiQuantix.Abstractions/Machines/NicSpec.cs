using System.Text.Json.Serialization;
using LimiQuantix.Networks;

namespace LimiQuantix.Machines;

/// <summary>A network interface that a host wants a machine to have.</summary>
public sealed record NicSpec
{
    /// <summary>
    /// What tells it from the machine's other interfaces in updates: letters, digits and inner hyphens, at most 32. By default <c>nic0</c>,
    /// <c>nic1</c> … by its place in the list.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>What it connects to; by default the project's default network.</summary>
    public NicSource? Source { get; init; }

    /// <summary>The MAC address, six lower-case hexadecimal pairs with colons; by default the engine chooses.</summary>
    public string? MacAddress { get; init; }

    /// <summary>Addresses that the guest is to have, where the fabric lets them be chosen.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>The security groups that judge its traffic, where the fabric has them.</summary>
    public IReadOnlyList<Guid> SecurityGroups { get; init; } = [];

    /// <summary>Ports of the guest to reach on the node's loopback, where the fabric can.</summary>
    public IReadOnlyList<PortForward> Forwards { get; init; } = [];

    /// <summary>Its place among what the firmware tries: the least first. Without one the guest does not boot from it.</summary>
    public int? BootOrder { get; init; }
}

/// <summary>What an interface connects to: <see cref="NetworkNicSource"/> or <see cref="PortNicSource"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(NetworkNicSource), "network")]
[JsonDerivedType(typeof(PortNicSource), "port")]
public abstract record NicSource
{
    private protected NicSource()
    {
    }
}

/// <summary>A network, on which a port is made for the machine.</summary>
public sealed record NetworkNicSource : NicSource
{
    /// <summary>The network.</summary>
    public required Guid NetworkId { get; init; }
}

/// <summary>A port that is there.</summary>
public sealed record PortNicSource : NicSource
{
    /// <summary>The port.</summary>
    public required Guid PortId { get; init; }
}
