using System.Diagnostics.CodeAnalysis;

namespace LimiQuantix.Guests;

/// <summary>
/// Capability of a hypervisor: an agent in the guest answers questions. Every call has a short deadline of its own, because a guest
/// without an agent never answers.
/// </summary>
[Experimental("LQX001")]
public interface IGuestAgent
{
    /// <summary>Whether the agent answers now.</summary>
    /// <param name="machineId">The machine.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<bool> PingAsync(Guid machineId, CancellationToken cancellationToken = default);

    /// <summary>The guest's addresses, without loopback and link-local ones. Empty while the agent does not answer.</summary>
    /// <param name="machineId">The machine.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<string>> GetAddressesAsync(Guid machineId, CancellationToken cancellationToken = default);

    /// <summary>Reads a small file of the guest.</summary>
    /// <param name="machineId">The machine.</param>
    /// <param name="path">The absolute path in the guest.</param>
    /// <param name="maxBytes">How much at most.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The bytes, or <see langword="null"/> when there is no such file or no agent.</returns>
    Task<ReadOnlyMemory<byte>?> ReadFileAsync(
        Guid machineId, string path, int maxBytes, CancellationToken cancellationToken = default);
}
