using LimiQuantix.Core.Images.Library;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Images;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Images.Import;

/// <summary>
/// Imports an image: (1) checksum file, (2) the store fetches it, as a job: download, verify, decompress, inspect, (3) note the digest, (4) commit it to
/// the store, (5) ready. Begun anew after a crash it goes on with what the job left, or with the file when that is in place.
/// </summary>
internal sealed class ImageImportKind(
    ResourceTable<ImageDocument> images,
    ImageFetch fetch,
    ChecksumLookup checksums,
    SharedImports shared,
    ImageStores stores,
    ImageCollector collector,
    ImageStatusKeeper statuses,
    TimeProvider time) : IOperationKind
{
    public const string OperationKind = "images.import";
    private const string ImportStep = "import";
    private const int MaximumCommits = 3;

    public string Name => OperationKind;

    public IReadOnlyList<string> StepNames { get; } = [ImportStep];

    public async Task<OperationPlan> PlanAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var id = context.Operation.ResourceId;
        var stored = await images.GetAsync(id, context.Operation.Project, cancellationToken).ConfigureAwait(false);
        // Ready, when a version that stored the end in two transactions came between them.
        if (stored.Value.Phase == ImagePhase.Ready) return new OperationPlan();
        ImageDigest? unused = null;
        return new OperationPlan
        {
            Steps = [new() { Name = ImportStep, Do = token => ImportAsync(context, token), Undo = token => stores.DiscardAsync(id, token) }],
            End = async (ending, token) =>
            {
                (var end, unused) = await EndAsync(id, ending, token).ConfigureAwait(false);
                return end;
            },
            Afterwards = async (ending, token) =>
            {
                Measure(began, ending.Phase);
                // Only now does no record name it any more.
                if (unused is not null) await collector.RemoveUnusedAsync(unused, token).ConfigureAwait(false);
            },
        };
    }

    private async Task ImportAsync(OperationContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var id = context.Operation.ResourceId;
        var record = (await images.GetAsync(id, context.Operation.Project, cancellationToken).ConfigureAwait(false)).Value;
        // Failed, when a version that stored the end in two transactions came between them.
        if (record.Phase != ImagePhase.Importing)
            record = await images.UpdateAsync(id, image => image with { Phase = ImagePhase.Importing, Error = null }, context.Fence, cancellationToken).ConfigureAwait(false);
        // A noted digest with its file in place: an earlier attempt verified it and was only kept from saying so.
        if (record.Digest is not { } digest || await stores.FindAsync(digest, cancellationToken).ConfigureAwait(false) is null)
            await PrepareAsync(context, record, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A cancelled import leaves no image; a failed one leaves its record, which says why. Neither keeps a file.</summary>
    private async Task<(OperationEnd End, ImageDigest? Unused)> EndAsync(Guid id, OperationEnding ending, CancellationToken cancellationToken)
    {
        if (await images.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } stored) return (new OperationEnd(), null);
        var image = stored.Value;
        return ending.Phase switch
        {
            OperationPhase.Succeeded => (new OperationEnd { Writes = [images.Update(stored, image with { Phase = ImagePhase.Ready, Error = null })] }, null),
            OperationPhase.Cancelled => (new OperationEnd { Writes = [images.Delete(stored)] }, image.Digest),
            _ => (new OperationEnd { Writes = [images.Update(stored, image with { Phase = ImagePhase.Failed, Digest = null, Error = ending.Error })] }, image.Digest),
        };
    }

    private async Task PrepareAsync(OperationContext context, ImageDocument record, CancellationToken cancellationToken)
    {
        var request = context.GetRequest<ImageImportRequest>();
        var expected = request.ExpectedDigest ?? await checksums.FindAsync(request, cancellationToken).ConfigureAwait(false);
        var progress = statuses.Follow(record.Id, context.Fence);
        await using var following = progress.ConfigureAwait(false);
        for (var commits = 1; ; commits++)
        {
            var stored = await shared.RunAsync(
                $"{request.TrustOrEarlier} {record.SourceKey} {expected}",
                report => FetchAndCommitAsync(context, request, expected, report, cancellationToken),
                Report,
                cancellationToken).ConfigureAwait(false);
            await NoteAsync(context, stored, cancellationToken).ConfigureAwait(false);
            if (await stores.FindAsync(stored.Digest, cancellationToken).ConfigureAwait(false) is not null) return;
            // Somebody deleted the image that the file was made for before this one had noted its digest.
            if (commits == MaximumCommits)
                throw new LimiQuantixException(ErrorCodes.Conflict, "The image's file was deleted while it was imported.", "Import it again.");
        }

        void Report(OperationProgress now)
        {
            context.Report(now);
            progress.Report(now);
        }
    }

    private async Task<StoredImage> FetchAndCommitAsync(
        OperationContext context, ImageImportRequest request, ImageDigest? expected, Action<OperationProgress> report, CancellationToken cancellationToken)
    {
        var fetched = await fetch.RunAsync(context, request, expected, report, cancellationToken).ConfigureAwait(false);
        report(new OperationProgress { Step = "commit" });
        await NoteAsync(context, fetched, cancellationToken).ConfigureAwait(false);
        return await stores.CommitAsync(context.Operation.ResourceId, fetched.Digest, cancellationToken).ConfigureAwait(false);
    }

    private async Task NoteAsync(OperationContext context, StoredImage stored, CancellationToken cancellationToken) => await images.UpdateAsync(
        context.Operation.ResourceId,
        image => image with
        {
            Digest = stored.Digest,
            Format = stored.Format,
            SizeBytes = stored.SizeBytes,
            VirtualSizeBytes = stored.VirtualSizeBytes,
        },
        context.Fence,
        cancellationToken).ConfigureAwait(false);

    private void Measure(long began, OperationPhase outcome) => Telemetry.ImageImportDuration.Record(
        time.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome.ToString().ToLowerInvariant()));
}
