using System.Diagnostics.CodeAnalysis;

namespace LimiQuantix.Guests;

/// <summary>
/// Speaks one guest agent's protocol. It runs beside the hypervisor and opens channels there (<see cref="Plugins.ProviderContext.OpenGuestChannelAsync"/>), one
/// session a machine however many ask; the session is its own, and what its callers see is verbs. What every agent can is here; the rest is
/// capabilities, which may differ from machine to machine. Every verb has a short deadline of its own, because a guest without an agent never answers, and
/// tells apart: <see cref="ErrorCodes.AgentAbsent"/>, <see cref="ErrorCodes.AgentSilent"/>, <see cref="ErrorCodes.AgentRefused"/> (the guest's policy) and
/// <see cref="ErrorCodes.MachinePaused"/>. A machine that is off is <see cref="ErrorCodes.FailedPrecondition"/>, one that is not there
/// <see cref="ErrorCodes.NotFound"/>. Whatever the guest says is its claim and bounded.
/// </summary>
[Experimental("LQX001")]
public interface IGuestAgentProvider : IProvider
{
    /// <summary>The name of the channel on which its agent is, such as <see cref="Machines.VirtioChannel.QemuGuestAgent"/>.</summary>
    string ChannelName { get; }

    /// <summary>Asks the agent whether it is there, and what it is.</summary>
    /// <param name="request">The machine.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<GuestAgentObservation> DescribeAsync(DescribeGuestAgentRequest request, CancellationToken cancellationToken = default);

    /// <summary>The guest's addresses, without loopback and link-local ones: at most 256.</summary>
    /// <param name="request">The machine.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<GetGuestAddressesResult> GetAddressesAsync(GetGuestAddressesRequest request, CancellationToken cancellationToken = default);

    /// <summary>Reads a small file of the guest.</summary>
    /// <param name="request">The machine and the file.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The bytes; <see langword="null"/> of them says that the guest has no such file, and nothing else does.</returns>
    Task<ReadGuestFileResult> ReadFileAsync(ReadGuestFileRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Asks what a guest's agent is.</summary>
[Experimental("LQX001")]
public sealed record DescribeGuestAgentRequest
{
    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }
}

/// <summary>A guest's agent, as it answers.</summary>
[Experimental("LQX001")]
public sealed record GuestAgentObservation
{
    /// <summary>What it is, such as <c>qemu-ga</c>.</summary>
    public required string Product { get; init; }

    /// <summary>Its version, as it says itself.</summary>
    public string? Version { get; init; }

    /// <summary>When it answered.</summary>
    public required DateTimeOffset ObservedAt { get; init; }
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

    /// <summary>When the guest said so.</summary>
    public required DateTimeOffset ObservedAt { get; init; }
}

/// <summary>Asks for a small file of a guest.</summary>
[Experimental("LQX001")]
public sealed record ReadGuestFileRequest
{
    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }

    /// <summary>The absolute path in the guest.</summary>
    public required string Path { get; init; }

    /// <summary>How many bytes at most: 0 to 1 MiB. What the file has beyond is not read.</summary>
    public required int MaxBytes { get; init; }
}

/// <summary>A small file of a guest.</summary>
[Experimental("LQX001")]
public sealed record ReadGuestFileResult
{
    /// <summary>The bytes; <see langword="null"/>: the guest has no such file.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; init; }

    /// <summary>When it was read.</summary>
    public required DateTimeOffset ObservedAt { get; init; }
}
