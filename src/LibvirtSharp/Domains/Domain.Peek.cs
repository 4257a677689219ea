namespace LibvirtSharp;

public sealed partial class Domain
{
    /// <summary>The protocol's limit of one answer (<c>REMOTE_DOMAIN_BLOCK_PEEK_BUFFER_MAX</c>).</summary>
    private const int MostPeekedBytes = 4 * 1024 * 1024;

    /// <summary>Reads a part of a disk's file as it is on the host, format and all. The disk is its target (<c>vda</c>) or source path.</summary>
    /// <param name="disk">Which one.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="count">How many bytes; at most 4 MiB, and not beyond the end.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative, or the count is beyond its bounds.</exception>
    public async Task<byte[]> PeekBlockAsync(string disk, long offset, int count, CancellationToken cancellationToken = default)
    {
        RefusePeek(count);
        return await Remote.DomainBlockPeekAsync(Ref, disk, WireNumber.Of(offset), (uint)count, 0, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a part of the running guest's memory.</summary>
    /// <param name="address">Where to begin; <c>unchecked((long)0xffffffff81000000)</c> for the upper half.</param>
    /// <param name="count">How many bytes; at most 4 MiB.</param>
    /// <param name="flags">Whether the address is virtual, as the first processor sees it, or physical.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is beyond its bounds.</exception>
    public async Task<byte[]> PeekMemoryAsync(
        long address, int count, DomainMemoryFlags flags = DomainMemoryFlags.Virtual, CancellationToken cancellationToken = default)
    {
        RefusePeek(count);
        return await Remote.DomainMemoryPeekAsync(Ref, unchecked((ulong)address), (uint)count, (uint)flags, cancellationToken).ConfigureAwait(false);
    }

    private static void RefusePeek(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MostPeekedBytes);
    }
}
