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
    /// <param name="request">The machine.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<PingGuestResult> PingAsync(PingGuestRequest request, CancellationToken cancellationToken = default);

    /// <summary>The guest's addresses, without loopback and link-local ones. Empty while the agent does not answer.</summary>
    /// <param name="request">The machine.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<GetGuestAddressesResult> GetAddressesAsync(GetGuestAddressesRequest request, CancellationToken cancellationToken = default);

    /// <summary>Reads a small file of the guest.</summary>
    /// <param name="request">The machine and the file.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<ReadGuestFileResult> ReadFileAsync(ReadGuestFileRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Asks whether a guest's agent answers.</summary>
[Experimental("LQX001")]
public sealed record PingGuestRequest
{
    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }
}

/// <summary>Whether a guest's agent answers.</summary>
[Experimental("LQX001")]
public sealed record PingGuestResult
{
    /// <summary>Whether it answered.</summary>
    public bool IsAlive { get; init; }
}

/// <summary>Asks for a guest's addresses.</summary>
[Experimental("LQX001")]
public sealed record GetGuestAddressesRequest
{
    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }
}

/// <summary>A guest's addresses.</summary>
[Experimental("LQX001")]
public sealed record GetGuestAddressesResult
{
    /// <summary>The addresses, without loopback and link-local ones.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];
}

/// <summary>Asks for a small file of a guest.</summary>
[Experimental("LQX001")]
public sealed record ReadGuestFileRequest
{
    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }

    /// <summary>The absolute path in the guest.</summary>
    public required string Path { get; init; }

    /// <summary>How many bytes at most.</summary>
    public required int MaxBytes { get; init; }
}

/// <summary>A small file of a guest.</summary>
[Experimental("LQX001")]
public sealed record ReadGuestFileResult
{
    /// <summary>The bytes, or <see langword="null"/> when there is no such file or no agent.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; init; }
}
