using LimiQuantix.Nodes;

namespace LimiQuantix.Consoles;

/// <summary>
/// Where a machine's console is: <see cref="UnixConsole"/>, <see cref="TcpConsole"/>, <see cref="TlsConsole"/> or
/// <see cref="OpenedConsole"/>. New kinds come in minor versions.
/// </summary>
public abstract record ConsoleEndpoint
{
    private protected ConsoleEndpoint()
    {
    }

    /// <summary>The node on which the endpoint is valid.</summary>
    public required NodeId NodeId { get; init; }

    /// <summary>The console's own password, when it has one.</summary>
    public SecretReference? Password { get; init; }
}
