namespace LimiQuantix.Storage;

/// <summary>
/// Writes bytes that appear whole or not at all: disposing without commit leaves nothing. A writer may work ahead, so a failure may show
/// at a later write or at the commit.
/// </summary>
public interface IVolumeWriter : IAsyncDisposable
{
    /// <summary>Writes at an offset. Calls do not overlap; offsets ascend; what is skipped reads as zeroes.</summary>
    /// <param name="offset">The offset in bytes.</param>
    /// <param name="bytes">What to write.</param>
    /// <param name="cancellationToken">Ends the write; the writer can then only be disposed.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InsufficientSpace"/>.</exception>
    ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default);

    /// <summary>Makes what was written durable and visible, atomically.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task CommitAsync(CancellationToken cancellationToken = default);
}
