namespace LimiQuantix.Consoles;

/// <summary>Capability of a console provider: it can take a picture of the machine's screen.</summary>
public interface IScreenshotCapture
{
    /// <summary>Takes one picture.</summary>
    /// <param name="request">The connection.</param>
    /// <param name="cancellationToken">Ends the capture.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Unavailable"/>; <see cref="ErrorCodes.Timeout"/>.</exception>
    Task<Screenshot> CaptureAsync(CaptureScreenRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Asks for a picture of a machine's screen.</summary>
public sealed record CaptureScreenRequest
{
    /// <summary>The connected upstream; closed at the end.</summary>
    public required Stream Stream { get; init; }

    /// <summary>What logs on to the console, as its endpoint says; <see langword="null"/> when it says nothing.</summary>
    public ConsoleCredentials? Credentials { get; init; }
}
