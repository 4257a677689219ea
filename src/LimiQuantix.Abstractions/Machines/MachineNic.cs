using LimiQuantix.Networks;

namespace LimiQuantix.Machines;

/// <summary>A network interface of a machine.</summary>
public sealed record MachineNic
{
    /// <summary>The id of this place in the machine, which the engine chose.</summary>
    public required Guid Id { get; init; }

    /// <summary>The port.</summary>
    public required Guid PortId { get; init; }

    /// <summary>The MAC address, six lower-case hexadecimal pairs with colons.</summary>
    public required string MacAddress { get; init; }

    /// <summary>The addresses that the guest has, where engine or fabric chose them.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>Its place among what the firmware tries: the least first; without one it is not tried.</summary>
    [Feature(ProviderFeatures.BootOrder)]
    public int? BootOrder { get; init; }

    /// <summary>How the node connects it.</summary>
    public required NicAttachment Attachment { get; init; }
}
