namespace LimiQuantix.Consoles;

/// <summary>Capability of a console provider: it can take a picture of the machine's screen.</summary>
public interface IScreenshotCapture
{
    /// <summary>Takes one picture.</summary>
    /// <param name="stream">The connected upstream; closed at the end.</param>
    /// <param name="cancellationToken">Ends the capture.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.Unavailable"/>; <see cref="ErrorCodes.Timeout"/>.</exception>
    Task<Screenshot> CaptureAsync(Stream stream, CancellationToken cancellationToken = default);
}
