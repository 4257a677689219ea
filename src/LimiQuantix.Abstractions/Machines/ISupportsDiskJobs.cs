using System.Diagnostics.CodeAnalysis;
using LimiQuantix.Jobs;
using LimiQuantix.Storage;

namespace LimiQuantix.Machines;

/// <summary>
/// Capability of a hypervisor: long work on the disks of running machines, which nobody else may do because QEMU has them open. Each is a job, followed by
/// <see cref="IProviderJobs"/>, except a backup, which is open until it is ended. Declared; no hypervisor has it yet.
/// </summary>
[Experimental("LQX002")]
public interface ISupportsDiskJobs
{
    /// <summary>
    /// Begins to copy a disk, and what the guest writes meanwhile, to another place that is there and at least as large. Done, both are the same; then the
    /// machine goes over to the copy, or stays. Cancelled or failed, it has the disk that it had. Succeeds with a <see cref="DiskCopyResult"/>.
    /// </summary>
    /// <param name="request">The disk, the place, and the job.</param>
    /// <param name="cancellationToken">Ends the call, not the job.</param>
    Task<JobObservation> CopyDiskAsync(CopyDiskRequest request, CancellationToken cancellationToken = default);

    /// <summary>Begins to write what an overlay holds into what it lies on; done, the machine has that one.</summary>
    /// <param name="request">The disk, and the job.</param>
    /// <param name="cancellationToken">Ends the call, not the job.</param>
    Task<JobObservation> CommitDiskAsync(CommitDiskRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Opens a backup: the disks as they are at one moment, readable over NBD until it is ended. The same id again is the same backup.
    /// </summary>
    /// <param name="request">The disks, and since when.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>: the checkpoint to begin from is gone, and all has to be read; <see cref="ErrorCodes.FailedPrecondition"/>: it is off.
    /// </exception>
    Task<DiskBackup> BeginBackupAsync(BeginDiskBackupRequest request, CancellationToken cancellationToken = default);

    /// <summary>Ends a backup. Succeeds when there is none.</summary>
    /// <param name="request">The backup.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<EndDiskBackupResult> EndBackupAsync(EndDiskBackupRequest request, CancellationToken cancellationToken = default);

    /// <summary>Forgets a checkpoint, and what changed since it. Succeeds when there is none.</summary>
    /// <param name="request">The checkpoint.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<DeleteCheckpointResult> DeleteCheckpointAsync(DeleteCheckpointRequest request, CancellationToken cancellationToken = default);
}

/// <summary>Asks to copy a disk of a running machine.</summary>
[Experimental("LQX002")]
public sealed record CopyDiskRequest : MutatingRequest
{
    /// <summary>The job's id, which the engine chose.</summary>
    public required Guid JobId { get; init; }

    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }

    /// <summary>The disk's place in the machine.</summary>
    public required Guid DiskId { get; init; }

    /// <summary>Where to.</summary>
    public required DiskAttachment Target { get; init; }

    /// <summary>Whether the machine goes over to the copy.</summary>
    public required bool SwitchesOver { get; init; }
}

/// <summary>What <see cref="ISupportsDiskJobs.CopyDiskAsync"/> comes to.</summary>
[Experimental("LQX002")]
public sealed record DiskCopyResult : JobResult
{
    /// <summary>Whether the machine has the copy now.</summary>
    public required bool HasSwitchedOver { get; init; }
}

/// <summary>Asks to commit an overlay of a running machine.</summary>
[Experimental("LQX002")]
public sealed record CommitDiskRequest : MutatingRequest
{
    /// <summary>The job's id, which the engine chose.</summary>
    public required Guid JobId { get; init; }

    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }

    /// <summary>The disk's place in the machine.</summary>
    public required Guid DiskId { get; init; }
}

/// <summary>Asks to open a backup of a running machine's disks.</summary>
[Experimental("LQX002")]
public sealed record BeginDiskBackupRequest : MutatingRequest
{
    /// <summary>The backup's id, which the engine chose.</summary>
    public required Guid BackupId { get; init; }

    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }

    /// <summary>The disks' places in the machine.</summary>
    public required IReadOnlyList<Guid> DiskIds { get; init; }

    /// <summary>A checkpoint to make at the same moment, from which the next backup begins.</summary>
    public Guid? CheckpointId { get; init; }

    /// <summary>The checkpoint since which changes are told; <see langword="null"/>: everything.</summary>
    public Guid? SinceCheckpointId { get; init; }
}

/// <summary>An open backup.</summary>
[Experimental("LQX002")]
public sealed record DiskBackup
{
    /// <summary>Its id.</summary>
    public required Guid BackupId { get; init; }

    /// <summary>Its disks.</summary>
    public required IReadOnlyList<DiskBackupExport> Disks { get; init; }
}

/// <summary>A disk in an open backup.</summary>
[Experimental("LQX002")]
public sealed record DiskBackupExport
{
    /// <summary>The disk's place in the machine.</summary>
    public required Guid DiskId { get; init; }

    /// <summary>Where it is read.</summary>
    public required NbdDisk Export { get; init; }

    /// <summary>
    /// The NBD metadata context (NBD protocol, "Metadata querying") whose block status tells what changed, such as <c>qemu:dirty-bitmap:x</c>;
    /// <see langword="null"/>: everything is to be read that <c>base:allocation</c> says is there.
    /// </summary>
    public string? ChangesContext { get; init; }
}

/// <summary>Asks to end a backup.</summary>
[Experimental("LQX002")]
public sealed record EndDiskBackupRequest : MutatingRequest
{
    /// <summary>The backup.</summary>
    public required Guid BackupId { get; init; }

    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }
}

/// <summary>That a backup is not open any more.</summary>
[Experimental("LQX002")]
public sealed record EndDiskBackupResult;

/// <summary>Asks to forget a checkpoint.</summary>
[Experimental("LQX002")]
public sealed record DeleteCheckpointRequest : MutatingRequest
{
    /// <summary>The checkpoint.</summary>
    public required Guid CheckpointId { get; init; }

    /// <summary>The machine.</summary>
    public required Guid MachineId { get; init; }
}

/// <summary>That a checkpoint is no more.</summary>
[Experimental("LQX002")]
public sealed record DeleteCheckpointResult;
