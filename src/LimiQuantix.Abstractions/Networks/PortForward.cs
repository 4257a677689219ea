namespace LimiQuantix.Networks;

/// <summary>A port of the guest, made reachable on the loopback of the machine's node.</summary>
public sealed record PortForward
{
    /// <summary>The guest's port, 1 to 65535.</summary>
    public required int GuestPort { get; init; }

    /// <summary>The node's port; 0 lets the engine choose a free one once, and keep it.</summary>
    public int HostPort { get; init; }

    /// <summary>TCP or UDP.</summary>
    public TransportProtocol Protocol { get; init; } = TransportProtocol.Tcp;

    /// <summary>The node's address: a loopback one unless the host chose otherwise.</summary>
    public string HostAddress { get; init; } = "127.0.0.1";
}
