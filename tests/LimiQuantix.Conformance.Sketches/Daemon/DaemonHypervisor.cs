using LimiQuantix.Consoles;
using LimiQuantix.Diagnostics;
using LimiQuantix.Jobs;
using LimiQuantix.Machines;

namespace LimiQuantix.Conformance.Sketches.Daemon;

/// <summary>A node's hypervisor and all of its capabilities, over the daemon. Channels into guests do not cross: the agents' verbs do.</summary>
public sealed class DaemonHypervisor(INodeLine line) : DaemonProvider(line), IHypervisor, ISerialLog, IReportsPrerequisites, IProviderJobs, ISupportsMediaChange, ISupportsDiskJobs, ISupportsDiskChange, ISupportsMomentaryPause, ISupportsNicChange
{
    private readonly INodeLine line = line;

    protected override string Service => nameof(IHypervisor);

    public Task<HypervisorDescription> DescribeAsync(DescribeHypervisorRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<HypervisorDescription>(Service, nameof(DescribeAsync), request, cancellationToken);

    public Task<MachineObservation> EnsureDefinedAsync(DefineMachineRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<MachineObservation>(Service, nameof(EnsureDefinedAsync), request, cancellationToken);

    public Task<MachineObservation> UpdateAsync(UpdateMachineRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<MachineObservation>(Service, nameof(UpdateAsync), request, cancellationToken);

    public Task<StartMachineResult> StartAsync(StartMachineRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<StartMachineResult>(Service, nameof(StartAsync), request, cancellationToken);

    public Task<StopMachineResult> StopAsync(StopMachineRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<StopMachineResult>(Service, nameof(StopAsync), request, cancellationToken);

    public Task<ResetMachineResult> ResetAsync(ResetMachineRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<ResetMachineResult>(Service, nameof(ResetAsync), request, cancellationToken);

    public Task<PauseMachineResult> PauseAsync(PauseMachineRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<PauseMachineResult>(Service, nameof(PauseAsync), request, cancellationToken);

    public Task<ResumeMachineResult> ResumeAsync(ResumeMachineRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<ResumeMachineResult>(Service, nameof(ResumeAsync), request, cancellationToken);

    public Task<DeleteMachineResult> DeleteAsync(DeleteMachineRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<DeleteMachineResult>(Service, nameof(DeleteAsync), request, cancellationToken);

    public Task<ObserveMachineResult> ObserveAsync(ObserveMachineRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<ObserveMachineResult>(Service, nameof(ObserveAsync), request, cancellationToken);

    public IAsyncEnumerable<MachineObservation> ListAsync(ListMachinesRequest request, CancellationToken cancellationToken = default) =>
        line.StreamAsync<MachineObservation>(Service, nameof(ListAsync), request, cancellationToken);

    public IAsyncEnumerable<HypervisorEvent> WatchAsync(WatchMachinesRequest request, CancellationToken cancellationToken = default) =>
        line.StreamAsync<HypervisorEvent>(Service, nameof(WatchAsync), request, cancellationToken);

    public Task<ConsoleEndpoint> GetConsoleAsync(GetConsoleRequest request, CancellationToken cancellationToken = default) =>
        line.OpenAsync<ConsoleEndpoint>(Service, nameof(GetConsoleAsync), request, cancellationToken);

    public Task<SerialLogChunk> ReadSerialLogAsync(ReadSerialLogRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<SerialLogChunk>(Service, nameof(ReadSerialLogAsync), request, cancellationToken);

    public Task<PrerequisiteReport> CheckPrerequisitesAsync(CheckPrerequisitesRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<PrerequisiteReport>(Service, nameof(CheckPrerequisitesAsync), request, cancellationToken);

    public Task<FindJobResult> FindAsync(FindJobRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<FindJobResult>(Service, nameof(FindAsync), request, cancellationToken);

    public IAsyncEnumerable<JobObservation> WatchAsync(WatchJobRequest request, CancellationToken cancellationToken = default) =>
        line.StreamAsync<JobObservation>(Service, nameof(WatchAsync), request, cancellationToken);

    public Task<CancelJobResult> CancelAsync(CancelJobRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<CancelJobResult>(Service, nameof(CancelAsync), request, cancellationToken);

    public Task<ForgetJobResult> ForgetAsync(ForgetJobRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<ForgetJobResult>(Service, nameof(ForgetAsync), request, cancellationToken);

    public Task<ChangeMediaResult> ChangeMediaAsync(ChangeMediaRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<ChangeMediaResult>(Service, nameof(ChangeMediaAsync), request, cancellationToken);

    public Task<JobObservation> CopyDiskAsync(CopyDiskRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<JobObservation>(Service, nameof(CopyDiskAsync), request, cancellationToken);

    public Task<JobObservation> CommitDiskAsync(CommitDiskRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<JobObservation>(Service, nameof(CommitDiskAsync), request, cancellationToken);

    public Task<DiskBackup> BeginBackupAsync(BeginDiskBackupRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<DiskBackup>(Service, nameof(BeginBackupAsync), request, cancellationToken);

    public Task<EndDiskBackupResult> EndBackupAsync(EndDiskBackupRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<EndDiskBackupResult>(Service, nameof(EndBackupAsync), request, cancellationToken);

    public Task<DeleteCheckpointResult> DeleteCheckpointAsync(DeleteCheckpointRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<DeleteCheckpointResult>(Service, nameof(DeleteCheckpointAsync), request, cancellationToken);

    public Task<ChangeDiskResult> ChangeDiskAsync(ChangeDiskRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<ChangeDiskResult>(Service, nameof(ChangeDiskAsync), request, cancellationToken);

    public Task<PutOverlaysResult> PutOverlaysAsync(PutOverlaysRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<PutOverlaysResult>(Service, nameof(PutOverlaysAsync), request, cancellationToken);

    public Task<HoldMachineResult> HoldAsync(HoldMachineRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<HoldMachineResult>(Service, nameof(HoldAsync), request, cancellationToken);

    public Task<LetGoMachineResult> LetGoAsync(LetGoMachineRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<LetGoMachineResult>(Service, nameof(LetGoAsync), request, cancellationToken);

    public Task<ChangeNicResult> ChangeNicAsync(ChangeNicRequest request, CancellationToken cancellationToken = default) =>
        line.CallAsync<ChangeNicResult>(Service, nameof(ChangeNicAsync), request, cancellationToken);
}
