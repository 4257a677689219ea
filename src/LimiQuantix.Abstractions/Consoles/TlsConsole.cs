namespace LimiQuantix.Consoles;

/// <summary>A console on a TCP port that speaks TLS from its first byte.</summary>
public sealed record TlsConsole : ConsoleEndpoint
{
    /// <summary>The address.</summary>
    public required string Host { get; init; }

    /// <summary>The port.</summary>
    public required int Port { get; init; }

    /// <summary>The name that the server's certificate must have.</summary>
    public required string ServerName { get; init; }
}
