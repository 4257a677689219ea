namespace LimiQuantix.Consoles;

/// <summary>A console on a unix socket of the node.</summary>
public sealed record UnixConsole : ConsoleEndpoint
{
    /// <summary>The absolute path of the socket.</summary>
    public required string SocketPath { get; init; }
}
