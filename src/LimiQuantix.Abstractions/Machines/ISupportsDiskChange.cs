using System.Diagnostics.CodeAnalysis;
using LimiQuantix.Storage;

namespace LimiQuantix.Machines;

/// <summary>
/// Capability of a hypervisor: disks of running machines change under the guest. Declared; no hypervisor has it yet.
/// </summary>
[Experimental("LQX002")]
public interface ISupportsDiskChange
{
    /// <summary>
    /// Changes what is named of a disk: its size (a file grows, of an RBD image that its backend grew the guest is told) and its limits. Succeeds when it
    /// is so already.
    /// </summary>
    /// <param name="request">The disk, and what of it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.FailedPrecondition"/>: it is off; <see cref="ErrorCodes.InvalidArgument"/>: smaller than it is.
    /// </exception>
    Task<ChangeDiskResult> ChangeDiskAsync(ChangeDiskRequest request, CancellationToken cancellationToken = default);

    /// <summary>Lets a machine go over to overlays that the backend made on its disks, all of them at one moment or none.</summary>
    /// <param name="request">The disks and their overlays.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<PutOverlaysResult> PutOverlaysAsync(PutOverlaysRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Asks to change a disk of a running machine.</summary>
[Experimental("LQX002")]
public sealed record ChangeDiskRequest : MutatingRequest
{
    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }

    /// <summary>The disk's place in the machine.</summary>
    public required Guid DiskId { get; init; }

    /// <summary>The size in bytes that the guest is to see; <see langword="null"/>: as it is.</summary>
    public long? SizeBytes { get; init; }

    /// <summary>All of its limits; <see langword="null"/>: as they are.</summary>
    public DiskLimits? Limits { get; init; }
}

/// <summary>That a disk is as it was asked for.</summary>
[Experimental("LQX002")]
public sealed record ChangeDiskResult;

/// <summary>How much a disk may do; what is not said is not limited.</summary>
[Experimental("LQX002")]
public sealed record DiskLimits
{
    /// <summary>Bytes a second that are read.</summary>
    public long? ReadBytesPerSecond { get; init; }

    /// <summary>Bytes a second that are written.</summary>
    public long? WriteBytesPerSecond { get; init; }

    /// <summary>Reads a second.</summary>
    public long? ReadsPerSecond { get; init; }

    /// <summary>Writes a second.</summary>
    public long? WritesPerSecond { get; init; }
}

/// <summary>Asks a machine to go over to overlays.</summary>
[Experimental("LQX002")]
public sealed record PutOverlaysRequest : MutatingRequest
{
    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }

    /// <summary>The disks, each with its overlay.</summary>
    public required IReadOnlyList<DiskOverlay> Overlays { get; init; }
}

/// <summary>A disk and the overlay that was made on it.</summary>
[Experimental("LQX002")]
public sealed record DiskOverlay
{
    /// <summary>The disk's place in the machine.</summary>
    public required Guid DiskId { get; init; }

    /// <summary>The overlay, empty, on what the disk is now.</summary>
    public required FileDisk Overlay { get; init; }
}

/// <summary>That a machine writes into its overlays.</summary>
[Experimental("LQX002")]
public sealed record PutOverlaysResult;
