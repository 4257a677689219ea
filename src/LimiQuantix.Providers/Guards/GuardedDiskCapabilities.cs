using LimiQuantix.Jobs;
using LimiQuantix.Machines;

namespace LimiQuantix.Providers.Guards;

/// <summary>Long work on the disks of running machines, guarded.</summary>
internal sealed class GuardedDiskJobs(ISupportsDiskJobs inner, ProviderGuard guard) : ISupportsDiskJobs
{
    public Task<JobObservation> CopyDiskAsync(CopyDiskRequest request, CancellationToken cancellationToken = default) =>
        guard.MutateAsync(token => inner.CopyDiskAsync(request, token), cancellationToken);

    public Task<JobObservation> CommitDiskAsync(CommitDiskRequest request, CancellationToken cancellationToken = default) =>
        guard.MutateAsync(token => inner.CommitDiskAsync(request, token), cancellationToken);

    public Task<DiskBackup> BeginBackupAsync(BeginDiskBackupRequest request, CancellationToken cancellationToken = default) =>
        guard.MutateAsync(token => inner.BeginBackupAsync(request, token), cancellationToken);

    public Task<EndDiskBackupResult> EndBackupAsync(EndDiskBackupRequest request, CancellationToken cancellationToken = default) =>
        guard.MutateAsync(token => inner.EndBackupAsync(request, token), cancellationToken);

    public Task<DeleteCheckpointResult> DeleteCheckpointAsync(DeleteCheckpointRequest request, CancellationToken cancellationToken = default) =>
        guard.MutateAsync(token => inner.DeleteCheckpointAsync(request, token), cancellationToken);
}

/// <summary>Disks that change under the guest, guarded.</summary>
internal sealed class GuardedDiskChange(ISupportsDiskChange inner, ProviderGuard guard) : ISupportsDiskChange
{
    public Task<ChangeDiskResult> ChangeDiskAsync(ChangeDiskRequest request, CancellationToken cancellationToken = default) =>
        guard.MutateAsync(token => inner.ChangeDiskAsync(request, token), cancellationToken);

    public Task<PutOverlaysResult> PutOverlaysAsync(PutOverlaysRequest request, CancellationToken cancellationToken = default) =>
        guard.MutateAsync(token => inner.PutOverlaysAsync(request, token), cancellationToken);
}

/// <summary>A machine that is still for one moment, guarded.</summary>
internal sealed class GuardedMomentaryPause(ISupportsMomentaryPause inner, ProviderGuard guard) : ISupportsMomentaryPause
{
    public Task<HoldMachineResult> HoldAsync(HoldMachineRequest request, CancellationToken cancellationToken = default) =>
        guard.MutateAsync(token => inner.HoldAsync(request, token), cancellationToken);

    public Task<LetGoMachineResult> LetGoAsync(LetGoMachineRequest request, CancellationToken cancellationToken = default) =>
        guard.MutateAsync(token => inner.LetGoAsync(request, token), cancellationToken);
}

/// <summary>Interfaces that change under the guest, guarded.</summary>
internal sealed class GuardedNicChange(ISupportsNicChange inner, ProviderGuard guard) : ISupportsNicChange
{
    public Task<ChangeNicResult> ChangeNicAsync(ChangeNicRequest request, CancellationToken cancellationToken = default) =>
        guard.MutateAsync(token => inner.ChangeNicAsync(request, token), cancellationToken);
}
