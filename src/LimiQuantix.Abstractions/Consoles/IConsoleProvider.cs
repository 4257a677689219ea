namespace LimiQuantix.Consoles;

/// <summary>
/// Knows one console protocol. It only opens the upstream (handshake) and gives the filter for what a person sends; copying is the
/// engine's.
/// </summary>
public interface IConsoleProvider : IProvider
{
    /// <summary>The kind of console it speaks.</summary>
    ConsoleKind Kind { get; }

    /// <summary>Shakes hands with the machine's console.</summary>
    /// <param name="request">The connection, and what the session may do.</param>
    /// <param name="cancellationToken">Ends the handshake; the stream is then closed.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Unavailable"/>: the console does not speak the protocol.</exception>
    Task<ConsoleUpstream> OpenAsync(OpenConsoleRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Asks a console provider to shake hands with a machine's console.</summary>
public sealed record OpenConsoleRequest
{
    /// <summary>The connected upstream; what is opened owns it.</summary>
    public required Stream Stream { get; init; }

    /// <summary>What the session may do.</summary>
    public required ConsoleAccess Access { get; init; }

    /// <summary>What logs on to the console, as its endpoint says; <see langword="null"/> when it says nothing.</summary>
    public ConsoleCredentials? Credentials { get; init; }
}
