namespace LimiQuantix.Networks;

/// <summary>A port of the guest, made reachable on the loopback of the machine's node.</summary>
public sealed record PortForward
{
    /// <summary>The guest's port, 1 to 65535.</summary>
    public required int GuestPort { get; init; }

    /// <summary>
    /// The node's port; 0 lets the engine choose one that no machine has and nothing on the node listens on. It stays until a start finds it taken: another one is
    /// chosen then, unless <see cref="KeepHostPort"/> says that it is to stay.
    /// </summary>
    public int HostPort { get; init; }

    /// <summary>Whether a port that was chosen is kept for good: a start that finds it taken fails.</summary>
    public bool KeepHostPort { get; init; }

    /// <summary>TCP or UDP.</summary>
    public TransportProtocol Protocol { get; init; } = TransportProtocol.Tcp;

    /// <summary>The node's address: a loopback one unless the host chose otherwise.</summary>
    public string HostAddress { get; init; } = "127.0.0.1";
}
