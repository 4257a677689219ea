using LimiQuantix.Core.Images.Library;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Images;
using LimiQuantix.Images.Download;
using LimiQuantix.Images.Library;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Images.Import;

/// <summary>
/// Imports an image: (1) checksum file, (2) download and verify, (3) decompress, (4) inspect, (5) note the digest, (6) move the file into
/// the library, (7) ready. Begun anew after a crash it goes on with what the download left, or with the file when that is in place.
/// </summary>
internal sealed class ImageImportKind(
    ResourceTable<ImageDocument> images,
    ImagePreparation preparation,
    ChecksumLookup checksums,
    SharedImports shared,
    ImageLibrary library,
    ImageCollector collector,
    Func<CancellationToken, ValueTask<Guid>> getInstallationId,
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
            Steps = [new() { Name = ImportStep, Do = token => ImportAsync(context, token), Undo = _ => DeletePartialsAsync(id) }],
            End = async (ending, token) =>
            {
                (var end, unused) = await EndAsync(id, ending, token).ConfigureAwait(false);
                return end;
            },
            Afterwards = async (ending, token) =>
            {
                Measure(began, ending.Phase);
                library.DeletePartials(id);
                // Only now does no record name it any more.
                if (unused is not null) await collector.RemoveUnusedAsync(unused, token).ConfigureAwait(false);
            },
        };
    }

    private async Task ImportAsync(OperationContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var id = context.Operation.ResourceId;
        library.Open(await getInstallationId(cancellationToken).ConfigureAwait(false));
        var record = (await images.GetAsync(id, context.Operation.Project, cancellationToken).ConfigureAwait(false)).Value;
        // Failed, when a version that stored the end in two transactions came between them.
        if (record.Phase != ImagePhase.Importing)
            record = await images.UpdateAsync(id, image => image with { Phase = ImagePhase.Importing, Error = null }, context.Fence, cancellationToken).ConfigureAwait(false);
        // A noted digest with its file in place: an earlier attempt verified it and was only kept from saying so.
        if (record.Digest is not { } digest || !File.Exists(library.PathOf(digest, record.Format)))
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

    private Task DeletePartialsAsync(Guid id)
    {
        library.DeletePartials(id);
        return Task.CompletedTask;
    }

    private async Task PrepareAsync(OperationContext context, ImageDocument record, CancellationToken cancellationToken)
    {
        var request = context.GetRequest<ImageImportRequest>();
        var expected = request.ExpectedDigest ?? await checksums.FindAsync(request, cancellationToken).ConfigureAwait(false);
        var download = new DownloadRequest
        {
            ImageId = record.Id,
            Locations = request.Locations,
            SourceName = request.SourceName,
            Trust = request.TrustOrEarlier,
            ExpectedDigest = expected,
        };
        for (var commits = 1; ; commits++)
        {
            var stored = await shared.RunAsync(
                $"{request.TrustOrEarlier} {record.SourceKey} {expected}",
                report => PrepareAndCommitAsync(context, download, report, cancellationToken),
                context.Report,
                cancellationToken).ConfigureAwait(false);
            await NoteAsync(context, stored, cancellationToken).ConfigureAwait(false);
            if (File.Exists(library.PathOf(stored.Digest, stored.Format))) return;
            // Somebody deleted the image that the file was made for before this one had noted its digest.
            if (commits == MaximumCommits)
                throw new LimiQuantixException(ErrorCodes.Conflict, "The image's file was deleted while it was imported.", "Import it again.");
        }
    }

    private async Task<StoredImage> PrepareAndCommitAsync(
        OperationContext context, DownloadRequest request, Action<OperationProgress> report, CancellationToken cancellationToken)
    {
        var prepared = await preparation.PrepareAsync(request, report, cancellationToken).ConfigureAwait(false);
        report(new OperationProgress { Step = "commit" });
        await NoteAsync(context, prepared.Image, cancellationToken).ConfigureAwait(false);
        library.Commit(prepared.Path, prepared.Image.Digest, prepared.Image.Format);
        return prepared.Image;
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
