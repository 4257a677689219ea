namespace LimiQuantix.Consoles;

/// <summary>Views into machines.</summary>
public interface IConsoles
{
    /// <summary>Takes a picture of a running machine's screen.</summary>
    /// <param name="machineId">The machine.</param>
    /// <param name="cancellationToken">Ends the capture.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.FailedPrecondition"/>: it does not run; <see cref="ErrorCodes.Unavailable"/>.
    /// </exception>
    Task<Screenshot> CaptureScreenshotAsync(Guid machineId, CancellationToken cancellationToken = default);

    /// <summary>Follows what the machine prints on its first serial port: from the log's begin, then live.</summary>
    /// <param name="machineId">The machine.</param>
    /// <param name="follow">Whether to go on at the log's end until the machine is deleted or the call is cancelled.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    /// <returns>Pieces of bytes as they come; the guest chooses their encoding.</returns>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.Unavailable"/>.</exception>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadSerialLogAsync(Guid machineId, bool follow = true, CancellationToken cancellationToken = default);
}
