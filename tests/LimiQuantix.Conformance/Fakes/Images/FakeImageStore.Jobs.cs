using System.Runtime.CompilerServices;
using LimiQuantix.Images;
using LimiQuantix.Jobs;

namespace LimiQuantix.Conformance.Fakes;

/// <summary>The jobs that fetch images. A job lives in the process that began it; what it fetched is in the world.</summary>
internal sealed partial class FakeImageStore
{
    private readonly InProcessJobs _jobs;

    public Task<JobObservation> ImportAsync(ImportToStoreRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(nameof(ImportAsync), request.ImportId, request.Call, _ =>
        {
            if (request.ImportId == Guid.Empty) throw Invalid("The import has no id.", nameof(request.ImportId));
            if (request.Locations.Count == 0) throw Invalid("There is no location.", nameof(request.Locations));
            foreach (var location in request.Locations) ImageLocation.Parse(location);
            var definition = (request.ImportId, string.Join('\n', request.Locations), request.SourceName, request.Trust, request.ExpectedDigest);
            return _jobs.Ensure(request.JobId, definition, (progress, token) => FetchAsync(request, progress, token));
        }, cancellationToken);
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

    private async Task<T> PassAsync<T>(string member, Guid jobId, ProviderCall? call, Func<Task<T>> pass, CancellationToken cancellationToken)
    {
        if (call is null) await CallAsync(member, jobId.ToString(), _ => { }, cancellationToken).ConfigureAwait(false);
        else await MutateAsync(member, jobId, call, _ => 0, cancellationToken).ConfigureAwait(false);
        return await pass().ConfigureAwait(false);
    }

    /// <summary>The job's work. Its calls in the log and its faults have the member <c>Job</c>.</summary>
    private async Task<JobResult?> FetchAsync(ImportToStoreRequest request, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var call = NewCall("Job", request.ImportId.ToString());
        World.Note(call);
        await World.Faults.PassAsync(call, FakePoint.BeforeEffect, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        progress.Report(new JobProgress { Step = "download" });
        var image = World.Effect(call, things =>
        {
            if (things.Get<FakeStoredImage>(Imports + request.ImportId) is { } done) return done.Image;
            var bytes = request.Locations.Select(location => _source.Find(things, location)).FirstOrDefault(found => found is not null)?.Bytes ?? throw NotFound("image", request.ImportId);
            var described = Describe(bytes) ?? throw NoDisk();
            if (request.ExpectedDigest is { } expected && expected != described.Digest)
                throw new LimiQuantixException(ErrorCodes.ChecksumMismatch, $"The bytes have the digest {described.Digest}.", "Check the digest.");
            things.Put(Imports + request.ImportId, new FakeStoredImage { Image = described, Bytes = bytes });
            return described;
        });
        await World.Faults.PassAsync(call, FakePoint.AfterEffect, CancellationToken.None).ConfigureAwait(false);
        World.Note(call with { Stage = FakeCallStage.Ended });
        return new ImageImportResult { Image = image };
    }
}
