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
    /// <param name="stream">The connected upstream; the returned upstream owns it.</param>
    /// <param name="access">What the session may do.</param>
    /// <param name="cancellationToken">Ends the handshake; the stream is then closed.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Unavailable"/>: the console does not speak the protocol.</exception>
    Task<ConsoleUpstream> OpenAsync(Stream stream, ConsoleAccess access, CancellationToken cancellationToken = default);
}
