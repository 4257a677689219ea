using System.Runtime.CompilerServices;
using LimiQuantix.Images;
using LimiQuantix.Jobs;
using LimiQuantix.Nodes;
using LimiQuantix.Storage;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>Bases, and the jobs that make them. A job lives in the process that began it: killed with it, it is lost, as in a real pool.</summary>
internal sealed partial class FakeStorage
{
    private readonly InProcessJobs _jobs;

    public Task<FindBaseResult> FindBaseAsync(FindBaseRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return CallAsync(
            nameof(FindBaseAsync),
            request.Digest.ToString(),
            things =>
            {
                if (_side.FindBase(things, request.Digest) is not { } found) return new FindBaseResult();
                _side.Reserve(things, request.Digest, World.TimeProvider.GetUtcNow() + _options.KeepsUnusedBases);
                return new FindBaseResult { Base = Observe(found) };
            },
            cancellationToken);
    }

    public Task<JobObservation> ImportBaseAsync(ImportBaseRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var import = request.Import;
        return MutateAsync(
            nameof(ImportBaseAsync),
            import.Digest.ToString(),
            request.Call,
            markKey: null,
            _ =>
            {
                Check(import);
                return _jobs.Ensure(request.JobId, import with { Source = new NodeFile { NodeId = NodeId.Local, Path = "" } }, (progress, token) => ImportAsync(import, progress, token));
            },
            cancellationToken);
    }

    public Task<FindJobResult> FindAsync(FindJobRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return PassAsync(nameof(FindAsync), request.JobId, call: null, () => _jobs.FindAsync(request, cancellationToken), cancellationToken);
    }

    public async IAsyncEnumerable<JobObservation> WatchAsync(WatchJobRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        await CallAsync(nameof(WatchAsync), request.JobId.ToString(), _ => { }, cancellationToken).ConfigureAwait(false);
        await foreach (var observation in _jobs.WatchAsync(request, cancellationToken).ConfigureAwait(false)) yield return observation;
    }

    public Task<CancelJobResult> CancelAsync(CancelJobRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return PassAsync(nameof(CancelAsync), request.JobId, request.Call, () => _jobs.CancelAsync(request, cancellationToken), cancellationToken);
    }

    public Task<ForgetJobResult> ForgetAsync(ForgetJobRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return PassAsync(nameof(ForgetAsync), request.JobId, request.Call, () => _jobs.ForgetAsync(request, cancellationToken), cancellationToken);
    }

    private protected override ValueTask CloseAsync() => _jobs.DisposeAsync();

    private static BaseObservation Observe(FakeBase found) =>
        new() { Digest = found.Import.Digest, VirtualSizeBytes = found.Import.VirtualSizeBytes, AllocatedBytes = found.Import.LengthBytes };

    /// <summary>A call of the jobs: noted, and met by faults like every other one.</summary>
    private async Task<T> PassAsync<T>(string member, Guid jobId, ProviderCall? call, Func<Task<T>> pass, CancellationToken cancellationToken)
    {
        if (call is null) await CallAsync(member, jobId.ToString(), _ => { }, cancellationToken).ConfigureAwait(false);
        else await MutateAsync(member, jobId.ToString(), call, markKey: null, _ => 0, cancellationToken).ConfigureAwait(false);
        return await pass().ConfigureAwait(false);
    }

    private void Check(BaseImport import)
    {
        if (import.Format is not (DiskFormat.Raw or DiskFormat.Qcow2))
            throw new LimiQuantixException(ErrorCodes.UnsupportedFormat, $"A base comes from qcow2 or raw, not {import.Format}.", "Convert it.", nameof(import.Format));
        if (import.LengthBytes <= 0 || import.VirtualSizeBytes <= 0 || import.VirtualSizeBytes % 512 != 0)
            throw Invalid("A base has bytes, and its disk a multiple of 512.", nameof(import.LengthBytes));
        if (!_options.IsShared && import.Source.NodeId != Context.NodeId)
            throw new LimiQuantixException(ErrorCodes.FailedPrecondition, $"The pool is on node '{Context.NodeId}'.", target: import.Source.NodeId.ToString());
    }

    /// <summary>The job's work. Its calls in the log and its faults have the member <c>Job</c>.</summary>
    private async Task<JobResult?> ImportAsync(BaseImport import, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var call = NewCall("Job", import.Digest.ToString());
        World.Note(call);
        await World.Faults.PassAsync(call, FakePoint.BeforeEffect, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        progress.Report(new JobProgress { Step = "copy", Total = import.LengthBytes });
        var made = World.Effect(call, things =>
        {
            if (_side.FindBase(things, import.Digest) is null)
            {
                Demand(things, import.LengthBytes);
                _side.PutBase(things, import, ReadSource(import));
            }

            _side.Reserve(things, import.Digest, World.TimeProvider.GetUtcNow() + _options.KeepsUnusedBases);
            return _side.FindBase(things, import.Digest)!;
        });
        progress.Report(new JobProgress { Step = "copy", Completed = import.LengthBytes, Total = import.LengthBytes });
        await World.Faults.PassAsync(call, FakePoint.AfterEffect, CancellationToken.None).ConfigureAwait(false);
        World.Note(call with { Stage = FakeCallStage.Ended });
        return new BaseImportResult { Base = Observe(made) };
    }

    private static byte[] ReadSource(BaseImport import)
    {
        if (!File.Exists(import.Source.Path)) throw new LimiQuantixException(ErrorCodes.NotFound, "The image's file is gone.", "Import the image again.", import.Source.Path);
        var bytes = File.ReadAllBytes(import.Source.Path);
        return bytes.Length == import.LengthBytes
            ? bytes
            : throw new LimiQuantixException(ErrorCodes.DataCorrupt, $"The image's file has {bytes.Length} bytes, not {import.LengthBytes}.", target: import.Digest.ToString());
    }
}
