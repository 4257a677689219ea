using System.Diagnostics.CodeAnalysis;

namespace LimiQuantix.Machines;

/// <summary>
/// Capability of a hypervisor: a machine is still for one moment while somebody else does something to its disks, such as snapshots of several RBD images that
/// are to be of one moment. It goes on by itself, whatever becomes of the engine. Declared; no hypervisor has it yet.
/// </summary>
[Experimental("LQX002")]
public interface ISupportsMomentaryPause
{
    /// <summary>Halts a machine and lets what it has under way reach its disks. The same id again is the same moment, and no longer one.</summary>
    /// <param name="request">The machine, and for how long at most.</param>
    /// <param name="cancellationToken">Ends the call; the machine goes on.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.FailedPrecondition"/>: it does not run; <see cref="ErrorCodes.Conflict"/>: another moment of it lasts.
    /// </exception>
    Task<HoldMachineResult> HoldAsync(HoldMachineRequest request, CancellationToken cancellationToken = default);

    /// <summary>Lets a machine go on, and tells whether it was still until now.</summary>
    /// <param name="request">The moment.</param>
    /// <param name="cancellationToken">Ends the call; the machine goes on in the end.</param>
    Task<LetGoMachineResult> LetGoAsync(LetGoMachineRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Asks to halt a machine for one moment.</summary>
[Experimental("LQX002")]
public sealed record HoldMachineRequest : MutatingRequest
{
    /// <summary>The moment's id, which the engine chose.</summary>
    public required Guid HoldId { get; init; }

    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }

    /// <summary>How long it is halted at most: up to 30 seconds. Then it goes on by itself.</summary>
    public required TimeSpan Longest { get; init; }
}

/// <summary>That a machine is still.</summary>
[Experimental("LQX002")]
public sealed record HoldMachineResult;

/// <summary>Asks to let a machine go on.</summary>
[Experimental("LQX002")]
public sealed record LetGoMachineRequest : MutatingRequest
{
    /// <summary>The moment.</summary>
    public required Guid HoldId { get; init; }

    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }
}

/// <summary>That a machine goes on.</summary>
[Experimental("LQX002")]
public sealed record LetGoMachineResult
{
    /// <summary>Whether it was still from the beginning until this call; otherwise what was done meanwhile is not of one moment.</summary>
    public required bool WasStill { get; init; }
}
