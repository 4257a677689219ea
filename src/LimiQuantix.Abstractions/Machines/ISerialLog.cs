namespace LimiQuantix.Machines;

/// <summary>Capability of a hypervisor: it keeps what a machine prints on its first serial port.</summary>
public interface ISerialLog
{
    /// <summary>Reads a piece of the log.</summary>
    /// <param name="machineId">The machine.</param>
    /// <param name="offset">Where to begin, in bytes since the machine was defined; negative counts from the end.</param>
    /// <param name="buffer">Takes the bytes.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What was read and where it stood; zero bytes at the log's end for now. An offset past a trimmed log's end begins anew.</returns>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>: no such machine.</exception>
    Task<SerialLogChunk> ReadSerialLogAsync(
        Guid machineId, long offset, Memory<byte> buffer, CancellationToken cancellationToken = default);
}
