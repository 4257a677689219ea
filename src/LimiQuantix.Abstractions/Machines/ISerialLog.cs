namespace LimiQuantix.Machines;

/// <summary>Capability of a hypervisor: it keeps what a machine prints on its first serial port.</summary>
public interface ISerialLog
{
    /// <summary>Reads a piece of the log.</summary>
    /// <param name="request">The machine, where to begin and how much.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What was read and where it stood; zero bytes at the log's end for now. An offset past a trimmed log's end begins anew.</returns>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>: no such machine.</exception>
    Task<SerialLogChunk> ReadSerialLogAsync(ReadSerialLogRequest request, CancellationToken cancellationToken = default);
}
