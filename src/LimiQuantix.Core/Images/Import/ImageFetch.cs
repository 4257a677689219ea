using LimiQuantix.Core.Images.Library;
using LimiQuantix.Core.Jobs;
using LimiQuantix.Core.Operations;
using LimiQuantix.Images;
using LimiQuantix.Jobs;
using LimiQuantix.Operations;
using LimiQuantix.Providers.Instances;

namespace LimiQuantix.Core.Images.Import;

/// <summary>
/// Lets the store fetch an image, as a job: ensured by an id that any engine finds again, followed by its signs of life. The user's cancel ends it; that this
/// engine stops or is superseded does not.
/// </summary>
internal sealed class ImageFetch(ImageStores stores, ProviderJobRunner runner, Func<CancellationToken, ValueTask<Guid>> getInstallationId)
{
    /// <summary>Fetches, and gives what came: it waits to be committed.</summary>
    /// <exception cref="LimiQuantixException">What the job failed with.</exception>
    public async Task<StoredImage> RunAsync(
        OperationContext context, ImageImportRequest request, ImageDigest? expected, Action<OperationProgress> report, CancellationToken cancellationToken)
    {
        var importId = context.Operation.ResourceId;
        var store = await stores.GetAsync(cancellationToken).ConfigureAwait(false);
        var installationId = await getInstallationId(cancellationToken).ConfigureAwait(false);
        Guid chosen = default;
        var job = new ProviderJob
        {
            What = $"The import of image {importId}",
            Target = CoreKinds.LibraryInstance,
            Jobs = store.GetCapability<IProviderJobs>() ?? throw new LimiQuantixException(
                ErrorCodes.Internal, "The image store has no jobs.", "Its plugin must give IProviderJobs as a capability.", CoreKinds.LibraryInstance),
            IdOf = generation => JobId.Derive(installationId.ToString(), "image", importId.ToString(), $"{generation}"),
            Begin = (id, token) => store.ImportAsync(
                new ImportToStoreRequest
                {
                    Call = ProviderCallScope.NewSharedCall(),
                    JobId = id,
                    ImportId = importId,
                    Locations = request.Locations,
                    SourceName = request.SourceName,
                    Trust = request.TrustOrEarlier,
                    ExpectedDigest = expected,
                },
                token),
            Chosen = id => chosen = id,
            Report = progress => report(ToOperation(progress)),
        };
        try
        {
            var end = await runner.RunAsync(job, cancellationToken).ConfigureAwait(false);
            return end.Outcome is ImageImportResult { Image: { } image } ? image : throw new LimiQuantixException(
                ErrorCodes.PluginFailed, "The image store's import succeeded and told no image.", "It is for its plugin to mend.", CoreKinds.LibraryInstance);
        }
        catch (OperationCanceledException) when (context.IsCancelRequested && !context.Stopping.IsCancellationRequested)
        {
            await runner.CancelAsync(job, chosen, context.Stopping).ConfigureAwait(false);
            throw;
        }
    }

    private static OperationProgress ToOperation(JobProgress progress) => new()
    {
        Step = progress.Step,
        Completed = progress.Completed,
        Total = progress.Total,
        BytesPerSecond = progress.BytesPerSecond,
        Remaining = progress is { BytesPerSecond: > 0 and var rate, Total: { } total } ? TimeSpan.FromSeconds(Math.Clamp((total - progress.Completed) / rate, 0, 1e9)) : null,
        Message = progress.Message,
    };
}
