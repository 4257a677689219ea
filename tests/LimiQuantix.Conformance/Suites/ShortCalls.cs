using LimiQuantix.Consoles;
using LimiQuantix.Diagnostics;
using LimiQuantix.Guests;
using LimiQuantix.Images;
using LimiQuantix.Jobs;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Storage;

namespace LimiQuantix.Conformance;

/// <summary>
/// The calls of the contract as a test writes them, in the name of one engine that leads and goes on leading: a test that is about who calls
/// makes its own requests.
/// </summary>
public static class ShortCalls
{
    /// <summary>The engine in whose name tests call, unless they say otherwise.</summary>
    public static ProviderCall Engine { get; } = new() { Era = 1, EngineToken = 1, OwnerEpoch = 1, Generation = 1 };

    public static Task<ProviderHealth> CheckHealthAsync(this IProvider provider, CancellationToken cancellationToken = default) =>
        provider.CheckHealthAsync(new CheckHealthRequest(), cancellationToken);

    public static async Task<IReadOnlyList<Prerequisite>> CheckPrerequisitesAsync(this IReportsPrerequisites reporter, CancellationToken cancellationToken = default) =>
        (await reporter.CheckPrerequisitesAsync(new CheckPrerequisitesRequest(), cancellationToken).ConfigureAwait(false)).Prerequisites;

    public static Task<HypervisorDescription> DescribeAsync(this IHypervisor hypervisor, CancellationToken cancellationToken = default) =>
        hypervisor.DescribeAsync(new DescribeHypervisorRequest(), cancellationToken);

    public static Task<MachineObservation> EnsureDefinedAsync(this IHypervisor hypervisor, MachineDefinition definition, CancellationToken cancellationToken = default) =>
        hypervisor.EnsureDefinedAsync(new DefineMachineRequest { Call = Engine, Definition = definition }, cancellationToken);

    public static Task<MachineObservation> UpdateAsync(this IHypervisor hypervisor, MachineDefinition definition, CancellationToken cancellationToken = default) =>
        hypervisor.UpdateAsync(new UpdateMachineRequest { Call = Engine, Definition = definition }, cancellationToken);

    public static Task ChangeMediaAsync(this ISupportsMediaChange media, MachineDefinition definition, Guid diskId, CancellationToken cancellationToken = default) =>
        media.ChangeMediaAsync(new ChangeMediaRequest { Call = Engine, Definition = definition, DiskId = diskId }, cancellationToken);

    public static Task StartAsync(this IHypervisor hypervisor, MachineDefinition definition, CancellationToken cancellationToken = default) =>
        hypervisor.StartAsync(new StartMachineRequest { Call = Engine, Definition = definition }, cancellationToken);

    public static Task StopAsync(this IHypervisor hypervisor, Guid machineId, StopMode mode, CancellationToken cancellationToken = default) =>
        hypervisor.StopAsync(new StopMachineRequest { Call = Engine, MachineId = machineId, Mode = mode }, cancellationToken);

    /// <summary>Resets a machine, each time for an operation of its own unless one is given.</summary>
    public static Task ResetAsync(this IHypervisor hypervisor, Guid machineId, Guid? operationId = null, CancellationToken cancellationToken = default) =>
        hypervisor.ResetAsync(new ResetMachineRequest { Call = Engine with { OperationId = operationId ?? Guid.CreateVersion7() }, MachineId = machineId }, cancellationToken);

    public static Task PauseAsync(this IHypervisor hypervisor, Guid machineId, CancellationToken cancellationToken = default) =>
        hypervisor.PauseAsync(new PauseMachineRequest { Call = Engine, MachineId = machineId }, cancellationToken);

    public static Task ResumeAsync(this IHypervisor hypervisor, Guid machineId, CancellationToken cancellationToken = default) =>
        hypervisor.ResumeAsync(new ResumeMachineRequest { Call = Engine, MachineId = machineId }, cancellationToken);

    public static Task DeleteAsync(this IHypervisor hypervisor, Guid machineId, CancellationToken cancellationToken = default) =>
        hypervisor.DeleteAsync(new DeleteMachineRequest { Call = Engine, MachineId = machineId }, cancellationToken);

    public static async Task<MachineObservation?> ObserveAsync(this IHypervisor hypervisor, Guid machineId, CancellationToken cancellationToken = default) =>
        (await hypervisor.ObserveAsync(new ObserveMachineRequest { MachineId = machineId }, cancellationToken).ConfigureAwait(false)).Machine;

    public static IAsyncEnumerable<MachineObservation> ListAsync(this IHypervisor hypervisor, CancellationToken cancellationToken = default) =>
        hypervisor.ListAsync(new ListMachinesRequest(), cancellationToken);

    public static IAsyncEnumerable<HypervisorEvent> WatchAsync(this IHypervisor hypervisor, CancellationToken cancellationToken = default) =>
        hypervisor.WatchAsync(new WatchMachinesRequest(), cancellationToken);

    public static Task<ConsoleEndpoint> GetConsoleAsync(this IHypervisor hypervisor, Guid machineId, ConsoleKind kind, CancellationToken cancellationToken = default) =>
        hypervisor.GetConsoleAsync(new GetConsoleRequest { MachineId = machineId, Kind = kind }, cancellationToken);

    public static Task<SerialLogChunk> ReadSerialLogAsync(this ISerialLog log, Guid machineId, long offset, int maxBytes, CancellationToken cancellationToken = default) =>
        log.ReadSerialLogAsync(new ReadSerialLogRequest { MachineId = machineId, Offset = offset, MaxBytes = maxBytes }, cancellationToken);

    public static Task<StoragePoolStatus> GetStatusAsync(this IStorageBackend pool, CancellationToken cancellationToken = default) =>
        pool.GetStatusAsync(new GetPoolStatusRequest(), cancellationToken);

    public static async Task<BaseObservation?> FindBaseAsync(this IStorageBackend pool, ImageDigest digest, CancellationToken cancellationToken = default) =>
        (await pool.FindBaseAsync(new FindBaseRequest { Digest = digest }, cancellationToken).ConfigureAwait(false)).Base;

    /// <summary>Begins a job; its id follows from the base, unless it is given.</summary>
    public static Task<JobObservation> ImportBaseAsync(this IStorageBackend pool, BaseImport import, Guid? jobId = null, CancellationToken cancellationToken = default) =>
        pool.ImportBaseAsync(new ImportBaseRequest { Call = Engine, JobId = jobId ?? JobOf(import), Import = import }, cancellationToken);

    /// <summary>The id of the job that makes a base.</summary>
    public static Guid JobOf(BaseImport import)
    {
        ArgumentNullException.ThrowIfNull(import);
        return new Guid(Convert.FromHexString(import.Digest.Hex.AsSpan(0, 32)), bigEndian: true);
    }

    public static Task<VolumeObservation> EnsureVolumeAsync(this IStorageBackend pool, VolumeDefinition definition, CancellationToken cancellationToken = default) =>
        pool.EnsureVolumeAsync(new EnsureVolumeRequest { Call = Engine, Definition = definition }, cancellationToken);

    public static Task<VolumeObservation> GrowVolumeAsync(this ISupportsGrowth pool, Guid volumeId, long sizeBytes, CancellationToken cancellationToken = default) =>
        pool.GrowVolumeAsync(new GrowVolumeRequest { Call = Engine, VolumeId = volumeId, SizeBytes = sizeBytes }, cancellationToken);

    /// <summary>Attaches a volume for a machine of its own; the attachment's id is the volume's.</summary>
    public static async Task<DiskAttachment> AttachAsync(
        this IStorageBackend pool, Guid volumeId, NodeId node, VolumeAccess access, CancellationToken cancellationToken = default)
    {
        var request = new AttachVolumeRequest { Call = Engine, AttachmentId = volumeId, VolumeId = volumeId, MachineId = volumeId, Node = node, Access = access };
        return (await pool.AttachAsync(request, cancellationToken).ConfigureAwait(false)).Attachment;
    }

    public static Task DetachAsync(this IStorageBackend pool, Guid volumeId, NodeId node, CancellationToken cancellationToken = default) =>
        pool.DetachAsync(new DetachVolumeRequest { Call = Engine, AttachmentId = volumeId, VolumeId = volumeId, Node = node }, cancellationToken);

    public static Task DeleteVolumeAsync(this IStorageBackend pool, Guid volumeId, CancellationToken cancellationToken = default) =>
        pool.DeleteVolumeAsync(new DeleteVolumeRequest { Call = Engine, VolumeId = volumeId }, cancellationToken);

    public static IAsyncEnumerable<VolumeObservation> ListAsync(this IStorageBackend pool, CancellationToken cancellationToken = default) =>
        pool.ListAsync(new ListVolumesRequest(), cancellationToken);

    public static async Task<JobObservation?> FindAsync(this IProviderJobs jobs, Guid jobId, CancellationToken cancellationToken = default) =>
        (await jobs.FindAsync(new FindJobRequest { JobId = jobId }, cancellationToken).ConfigureAwait(false)).Job;

    public static IAsyncEnumerable<JobObservation> WatchAsync(this IProviderJobs jobs, Guid jobId, CancellationToken cancellationToken = default) =>
        jobs.WatchAsync(new WatchJobRequest { JobId = jobId }, cancellationToken);

    public static Task CancelAsync(this IProviderJobs jobs, Guid jobId, CancellationToken cancellationToken = default) =>
        jobs.CancelAsync(new CancelJobRequest { Call = Engine, JobId = jobId }, cancellationToken);

    public static Task ForgetAsync(this IProviderJobs jobs, Guid jobId, CancellationToken cancellationToken = default) =>
        jobs.ForgetAsync(new ForgetJobRequest { Call = Engine, JobId = jobId }, cancellationToken);

    public static Task<NetworkObservation> EnsureNetworkAsync(this INetworkBackend fabric, NetworkDefinition definition, CancellationToken cancellationToken = default) =>
        fabric.EnsureNetworkAsync(new EnsureNetworkRequest { Call = Engine, Definition = definition }, cancellationToken);

    public static Task DeleteNetworkAsync(this INetworkBackend fabric, Guid networkId, CancellationToken cancellationToken = default) =>
        fabric.DeleteNetworkAsync(new DeleteNetworkRequest { Call = Engine, NetworkId = networkId }, cancellationToken);

    public static Task<PortObservation> EnsurePortAsync(this INetworkBackend fabric, PortDefinition definition, CancellationToken cancellationToken = default) =>
        fabric.EnsurePortAsync(new EnsurePortRequest { Call = Engine, Definition = definition }, cancellationToken);

    /// <summary>Binds a port for a machine of its own.</summary>
    public static async Task<NicAttachment> BindPortAsync(this INetworkBackend fabric, Guid portId, NodeId node, CancellationToken cancellationToken = default) =>
        (await fabric.BindPortAsync(new BindPortRequest { Call = Engine, PortId = portId, MachineId = portId, Node = node }, cancellationToken).ConfigureAwait(false)).Attachment;

    public static Task UnbindPortAsync(this INetworkBackend fabric, Guid portId, NodeId node, CancellationToken cancellationToken = default) =>
        fabric.UnbindPortAsync(new UnbindPortRequest { Call = Engine, PortId = portId, Node = node }, cancellationToken);

    public static Task DeletePortAsync(this INetworkBackend fabric, Guid portId, CancellationToken cancellationToken = default) =>
        fabric.DeletePortAsync(new DeletePortRequest { Call = Engine, PortId = portId }, cancellationToken);

    public static Task<ImageSourceInfo> ProbeAsync(this IImageSource source, string location, CancellationToken cancellationToken = default) =>
        source.ProbeAsync(new ProbeImageRequest { Trust = LocationTrust.Trusted, Location = location }, cancellationToken);

    public static Task<ConsoleUpstream> OpenAsync(this IConsoleProvider provider, Stream stream, ConsoleAccess access, CancellationToken cancellationToken = default) =>
        provider.OpenAsync(new OpenConsoleRequest { Stream = stream, Access = access }, cancellationToken);

    public static Task<Screenshot> CaptureAsync(this IScreenshotCapture screen, Stream stream, CancellationToken cancellationToken = default) =>
        screen.CaptureAsync(new CaptureScreenRequest { Stream = stream }, cancellationToken);
}
