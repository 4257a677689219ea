namespace LibvirtSharp;

/// <summary>One end of a graphical console's connection.</summary>
/// <param name="Family">What kind of address it is.</param>
/// <param name="Node">The address.</param>
/// <param name="Service">The port.</param>
public sealed record GraphicsAddress(DomainEventGraphicsAddressType Family, string Node, string Service);
