using System.Diagnostics.CodeAnalysis;

namespace LimiQuantix.Guests;

/// <summary>
/// What runs inside the machines, through an agent in the guest. What it says is the guest's claim. Where no agent can be asked, the error says which of four it
/// is: <see cref="ErrorCodes.AgentAbsent"/>, <see cref="ErrorCodes.AgentSilent"/>, <see cref="ErrorCodes.AgentRefused"/>, <see cref="ErrorCodes.MachinePaused"/>.
/// An engine that does not lead has no session of its own with an agent that allows one alone: <see cref="ErrorCodes.Unavailable"/>, naming the one
/// that leads.
/// </summary>
[Experimental("LQX001")]
public interface IGuests
{
    /// <summary>Asks a machine's agent what it is.</summary>
    /// <param name="machineId">The machine.</param>
    /// <param name="options">Nothing yet.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.FailedPrecondition"/>: it is off; or as above.</exception>
    Task<GuestAgentInfo> GetAgentAsync(Guid machineId, GetGuestAgentOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Reads a small file of a guest.</summary>
    /// <param name="machineId">The machine.</param>
    /// <param name="path">The absolute path in the guest.</param>
    /// <param name="options">How much of it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The file; <see langword="null"/> when an agent says that there is none. No agent is an error.</returns>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>: no such machine; <see cref="ErrorCodes.InvalidArgument"/>; <see cref="ErrorCodes.FailedPrecondition"/>: it is off, or
    /// the guest cannot read the file; or as above.
    /// </exception>
    Task<GuestFile?> ReadFileAsync(Guid machineId, string path, ReadGuestFileOptions? options = null, CancellationToken cancellationToken = default);
}

/// <summary>How to ask a machine's agent what it is.</summary>
[Experimental("LQX001")]
public sealed record GetGuestAgentOptions;

/// <summary>How to read a file of a guest.</summary>
[Experimental("LQX001")]
public sealed record ReadGuestFileOptions
{
    /// <summary>How many bytes at most: 1 to 1 MiB, 64 KiB by default. What the file has beyond is not read.</summary>
    public int MaxBytes { get; init; } = 64 << 10;
}

/// <summary>A guest's agent.</summary>
[Experimental("LQX001")]
public sealed record GuestAgentInfo
{
    /// <summary>What it is, such as <c>qemu-ga</c>.</summary>
    public required string Product { get; init; }

    /// <summary>Its version, as it says itself.</summary>
    public string? Version { get; init; }

    /// <summary>The kind of agent provider that spoke with it, such as <c>qga</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>When it answered.</summary>
    public required DateTimeOffset ObservedAt { get; init; }
}

/// <summary>A file of a guest, or its beginning.</summary>
[Experimental("LQX001")]
public sealed record GuestFile
{
    /// <summary>The bytes, as many as were asked for at most.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The kind of agent provider that read it, such as <c>qga</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>When it was read.</summary>
    public required DateTimeOffset ObservedAt { get; init; }
}
