using LimiQuantix.Networks;

namespace LimiQuantix.Machines;

/// <summary>A network interface of a machine.</summary>
public sealed record MachineNic
{
    /// <summary>The port.</summary>
    public required Guid PortId { get; init; }

    /// <summary>The MAC address, six lower-case hexadecimal pairs with colons.</summary>
    public required string MacAddress { get; init; }

    /// <summary>How the node connects it.</summary>
    public required NicAttachment Attachment { get; init; }
}
