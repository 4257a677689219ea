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

    /// <summary>What logs on to the console, when it asks; made by the hypervisor, for whoever opens this endpoint.</summary>
    public ConsoleCredentials? Credentials { get; init; }
}

/// <summary>What logs on to a machine's console. It is a secret itself and no reference: no store of the host's knows what a hypervisor made up.</summary>
public sealed record ConsoleCredentials
{
    /// <summary>The user's name, where the console asks for one.</summary>
    public string? UserName { get; init; }

    /// <summary>The password.</summary>
    public required string Password { get; init; }

    /// <summary>Says that there are some, and nothing of them: endpoints are logged.</summary>
    public override string ToString() => "(console credentials)";
}
