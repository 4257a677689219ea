namespace LimiQuantix.Consoles;

/// <summary>A console on a TCP port, in the clear: for loopback.</summary>
public sealed record TcpConsole : ConsoleEndpoint
{
    /// <summary>The address.</summary>
    public required string Host { get; init; }

    /// <summary>The port.</summary>
    public required int Port { get; init; }
}
