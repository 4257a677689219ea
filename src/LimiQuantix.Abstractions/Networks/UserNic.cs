namespace LimiQuantix.Networks;

/// <summary>QEMU's user-mode network: no privilege, outgoing connections, and loopback port forwards.</summary>
public sealed record UserNic : NicAttachment
{
    /// <summary>The forwards, with every host port chosen.</summary>
    public IReadOnlyList<PortForward> Forwards { get; init; } = [];
}
