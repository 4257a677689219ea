using LimiQuantix.Core.Images.Download;
using LimiQuantix.Core.Images.Library;
using LimiQuantix.Core.Images.Sources;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Images;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Images.Import;

/// <summary>
/// Imports an image: (1) checksum file, (2) download and verify, (3) decompress, (4) inspect, (5) note the digest, (6) move the file into
/// the library, (7) ready. Begun anew after a crash it goes on with what the download left, or with the file when that is in place.
/// </summary>
internal sealed class ImageImportRunner(
    ResourceTable<ImageRecord> images,
    ImagePreparation preparation,
    ChecksumLookup checksums,
    SharedImports shared,
    ImageLibrary library,
    ImageCollector collector,
    Func<CancellationToken, ValueTask<Guid>> getInstallationId,
    TimeProvider time) : IOperationRunner
{
    public const string OperationKind = "images.import";
    private const int MaximumCommits = 3;

    public string Kind => OperationKind;

    public async Task RunAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        try
        {
            await ImportAsync(context, cancellationToken).ConfigureAwait(false);
            Measure(began, "succeeded");
        }
        catch (Exception error) when (!context.Stopping.IsCancellationRequested && error is not LimiQuantixException { Code: ErrorCodes.NotLeader })
        {
            if (context.IsCancelRequested)
            {
                await UndoAsync(context).ConfigureAwait(false);
                Measure(began, "cancelled");
                throw new OperationCanceledException(null, error, cancellationToken);
            }

            await FailAsync(context, error).ConfigureAwait(false);
            Measure(began, "failed");
            throw;
        }
    }

    private async Task ImportAsync(OperationContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var id = context.Operation.ResourceId;
        library.Open(await getInstallationId(cancellationToken).ConfigureAwait(false));
        var record = (await images.GetAsync(id, context.Operation.Project, cancellationToken).ConfigureAwait(false)).Value;
        if (record.Phase == ImagePhase.Ready) return;
        // Failed, when a crash came between that note and the operation's own.
        if (record.Phase != ImagePhase.Importing)
            record = await images.UpdateAsync(id, image => image with { Phase = ImagePhase.Importing, Error = null }, context.Fence, cancellationToken).ConfigureAwait(false);
        // A noted digest with its file in place: an earlier attempt verified it and was only kept from saying so.
        if (record.Digest is not { } digest || !File.Exists(library.PathOf(digest, record.Format)))
            await PrepareAsync(context, record, cancellationToken).ConfigureAwait(false);
        await images.UpdateAsync(id, image => image with { Phase = ImagePhase.Ready, Error = null }, context.Fence, cancellationToken).ConfigureAwait(false);
        library.DeletePartials(id);
    }

    private async Task PrepareAsync(OperationContext context, ImageRecord record, CancellationToken cancellationToken)
    {
        var request = context.GetRequest<ImageImportRequest>();
        var expected = request.ExpectedDigest ?? await checksums.FindAsync(request, cancellationToken).ConfigureAwait(false);
        var download = new DownloadRequest
        {
            ImageId = record.Id,
            Locations = [.. request.Locations.Select(location => new Uri(location))],
            ExpectedDigest = expected,
        };
        for (var commits = 1; ; commits++)
        {
            var stored = await shared.RunAsync(
                $"{record.SourceKey} {expected}",
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

    /// <summary>A cancelled import leaves nothing: no partial file, no image, and no file in the library that only it had.</summary>
    private async Task UndoAsync(OperationContext context)
    {
        var id = context.Operation.ResourceId;
        library.DeletePartials(id);
        var record = await images.FindAsync(id, context.Stopping).ConfigureAwait(false);
        await images.DeleteAsync(id, context.Fence, context.Stopping).ConfigureAwait(false);
        if (record?.Value.Digest is { } digest) await collector.RemoveUnusedAsync(digest, context.Stopping).ConfigureAwait(false);
    }

    /// <summary>A failed import leaves its record, which says why.</summary>
    private async Task FailAsync(OperationContext context, Exception error)
    {
        var id = context.Operation.ResourceId;
        library.DeletePartials(id);
        if (await images.FindAsync(id, context.Stopping).ConfigureAwait(false) is not { } record) return;
        await images.UpdateAsync(
            id,
            image => image with { Phase = ImagePhase.Failed, Digest = null, Error = OperationErrors.From(context.Operation, error) },
            context.Fence,
            context.Stopping).ConfigureAwait(false);
        if (record.Value.Digest is { } digest) await collector.RemoveUnusedAsync(digest, context.Stopping).ConfigureAwait(false);
    }

    private void Measure(long began, string outcome) => Telemetry.ImageImportDuration.Record(
        time.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
}
