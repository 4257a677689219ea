namespace LimiQuantix.Consoles;

/// <summary>Views into machines.</summary>
public interface IConsoles
{
    /// <summary>Takes a picture of a running machine's screen.</summary>
    /// <param name="machineId">The machine.</param>
    /// <param name="options">Nothing yet.</param>
    /// <param name="cancellationToken">Ends the capture.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.FailedPrecondition"/>: it does not run; <see cref="ErrorCodes.Unavailable"/>.
    /// </exception>
    Task<Screenshot> CaptureScreenshotAsync(Guid machineId, ScreenshotOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Follows what the machine prints on its first serial port: from the log's begin, then live.</summary>
    /// <param name="machineId">The machine.</param>
    /// <param name="options">Whether to go on at the log's end.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    /// <returns>Pieces of bytes as they come; the guest chooses their encoding.</returns>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.Unavailable"/>.</exception>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadSerialLogAsync(Guid machineId, SerialLogOptions? options = null, CancellationToken cancellationToken = default);
}

/// <summary>How to take a picture of a machine's screen.</summary>
public sealed record ScreenshotOptions;

/// <summary>How to read a machine's serial log.</summary>
public sealed record SerialLogOptions
{
    /// <summary>Whether to go on with what the guest prints, until the machine is deleted or the call is cancelled; <see langword="false"/> ends at the end of what there is.</summary>
    public bool Follow { get; init; } = true;
}
