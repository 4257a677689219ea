using System.Runtime.CompilerServices;
using LimiQuantix.Images.Decompression;
using LimiQuantix.Images.Download;
using LimiQuantix.Images.Library;
using LimiQuantix.Images.Sources;
using LimiQuantix.Jobs;
using LimiQuantix.Operations;
using LimiQuantix.Plugins;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Images.Store;

/// <summary>The built-in image store: a folder of this node, filled from the image sources of this process. The folder is touched at the first call.</summary>
internal sealed class LocalImageStore : IImageStore
{
    private readonly ProviderContext _context;
    private readonly ImageLibraryOptions _options;
    private readonly ImageLibrary _library;
    private readonly KeptDownloads _kept;
    private readonly ImagePreparation _preparation;
    private readonly FileVerification _verification;
    private readonly ProviderFence _fence;
    private readonly InProcessJobs _jobs;
    private readonly Lock _opening = new();
    private bool _isOpen;

    public LocalImageStore(ProviderContext context, ImageLibraryOptions options, ImageSources sources)
    {
        _context = context;
        _options = options;
        _library = new ImageLibrary(options.LibraryDirectory);
        var downloader = new ImageDownloader(sources, _library, options, context.TimeProvider, context.LoggerFactory.CreateLogger<ImageDownloader>());
        _kept = downloader.Kept;
        _preparation = new ImagePreparation(downloader, new ImageDecompressor(_library, options, context.TimeProvider), _library);
        _verification = new FileVerification(_library, context.LoggerFactory.CreateLogger<FileVerification>());
        _fence = new ProviderFence(context);
        _jobs = new InProcessJobs(context.TimeProvider, fence: _fence);
    }

    public T? GetCapability<T>() where T : class => _jobs as T;

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            Open();
            return Task.FromResult(ProviderHealth.Healthy);
        }
        catch (LimiQuantixException error)
        {
            return Task.FromResult(new ProviderHealth { Status = ProviderHealthStatus.Unhealthy, Description = error.Message, Error = error.Error });
        }
    }

    public Task<ImageStoreStatus> GetStatusAsync(GetImageStoreStatusRequest request, CancellationToken cancellationToken = default) => RunAsync(
        () =>
        {
            var drive = new DriveInfo(_library.Directory);
            return new ImageStoreStatus
            {
                CapacityBytes = drive.TotalSize,
                AvailableBytes = Math.Max(0, drive.AvailableFreeSpace - _options.ReservedFreeBytes),
            };
        },
        cancellationToken);

    public Task<JobObservation> ImportAsync(ImportToStoreRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(
            request.Call,
            request.ImportId,
            () =>
            {
                if (request.ImportId == Guid.Empty) throw Invalid("The import has no id.", nameof(request.ImportId));
                if (request.Locations is not { Count: > 0 } || request.Locations.Any(location => location is null)) throw Invalid("There is no location.", nameof(request.Locations));
                foreach (var location in request.Locations) Locations.Parse(location);
                var definition = (request.ImportId, string.Join('\n', request.Locations), request.SourceName, request.Trust, request.ExpectedDigest);
                return _jobs.Ensure(request.JobId, definition, (progress, token) => FetchAsync(request, progress, token));
            },
            cancellationToken);
    }

    public Task<CommitImportResult> CommitAsync(CommitImportRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(
            request.Call,
            request.ImportId,
            async () =>
            {
                if (ImageSeal.Read(_library, request.ImportId) is { } seal)
                {
                    if (seal.Image.Digest != request.Digest)
                        throw new LimiQuantixException(ErrorCodes.Conflict, $"The import came to {seal.Image.Digest}.", "Commit what its job told.", request.ImportId.ToString());
                    _library.Commit(seal.Path, seal.Image.Digest, seal.Image.Format);
                    _library.DeletePartials(request.ImportId);
                }

                return await FindFileAsync(request.Digest, cancellationToken).ConfigureAwait(false) is { } image
                    ? new CommitImportResult { Image = image }
                    : throw new LimiQuantixException(ErrorCodes.NotFound, "Neither the import nor the store has the file.", "Import it again.", request.Digest.ToString());
            },
            cancellationToken);
    }

    public Task<DiscardImportResult> DiscardAsync(DiscardImportRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MutateAsync(
            request.Call,
            request.ImportId,
            () =>
            {
                _library.DeletePartials(request.ImportId);
                return new DiscardImportResult();
            },
            cancellationToken);
    }

    public async IAsyncEnumerable<ImportObservation> ListImportsAsync(ListImportsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var imports = await RunAsync(
            () =>
            {
                // Whoever lists tidies up; what is kept of failed downloads is nobody's.
                _kept.Trim();
                return _library.ListPartials();
            },
            cancellationToken).ConfigureAwait(false);
        foreach (var id in imports)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ImportObservation { ImportId = id, Image = ImageSeal.Read(_library, id)?.Image };
        }
    }

    public Task<FindStoredImageResult> FindAsync(FindStoredImageRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RunAsync(
            async () => new FindStoredImageResult { Image = await FindFileAsync(request.Digest, cancellationToken).ConfigureAwait(false) }, cancellationToken);
    }

    public async IAsyncEnumerable<StoredImageObservation> ListAsync(
        ListStoredImagesRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var file in await RunAsync(_library.List, cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            // One that went meanwhile is not there.
            if (new FileInfo(file.Path) is { Exists: true } found)
                yield return new StoredImageObservation { Digest = file.Digest, SizeBytes = found.Length, SetAsideId = file.SetAsideId };
        }
    }

    public Task<Stream> OpenAsync(OpenStoredImageRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RunAsync(
            async () =>
            {
                var (path, image) = await _verification.FindAsync(request.Digest, cancellationToken).ConfigureAwait(false) ?? throw new LimiQuantixException(
                    ErrorCodes.NotFound, "The image store has no such file.", "Import the image again.", request.Digest.ToString());
                var length = request.LengthBytes ?? image.SizeBytes - request.Offset;
                if (request.Offset < 0 || length < 0 || request.Offset > image.SizeBytes - length)
                    throw Invalid($"The file has {image.SizeBytes} bytes, and not {length} from {request.Offset}.", nameof(request.Offset));
                var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
                file.Position = request.Offset;
                return (Stream)new BoundedStream(file, length);
            },
            cancellationToken);
    }

    public Task<SetAsideResult> SetAsideAsync(SetAsideRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MoveAsync(request.Call, request.Digest, () => _library.SetAside(request.Digest, request.SetAsideId), new SetAsideResult(), cancellationToken);
    }

    public Task<RestoreStoredImageResult> RestoreAsync(RestoreStoredImageRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MoveAsync(request.Call, request.Digest, () => _library.Restore(request.Digest, request.SetAsideId), new RestoreStoredImageResult(), cancellationToken);
    }

    public Task<DeleteStoredImageResult> DeleteAsync(DeleteStoredImageRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return MoveAsync(request.Call, request.Digest, () => _library.Delete(request.Digest, request.SetAsideId), new DeleteStoredImageResult(), cancellationToken);
    }

    public IAsyncEnumerable<ScannedImage> ScanAsync(ScanImagesRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return FolderScan.RunAsync(_context.NodeId, request, cancellationToken);
    }

    public ValueTask DisposeAsync() => _jobs.DisposeAsync();

    private async Task<JobResult?> FetchAsync(ImportToStoreRequest request, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            using var held = await ImportLock.AcquireAsync(_library, request.ImportId, _context.TimeProvider, cancellationToken).ConfigureAwait(false);
            if (ImageSeal.Read(_library, request.ImportId) is { } done) return new ImageImportResult { Image = done.Image };
            var download = new DownloadRequest
            {
                ImageId = request.ImportId,
                Locations = [.. request.Locations.Select(Locations.Parse)],
                SourceName = request.SourceName,
                Trust = request.Trust,
                ExpectedDigest = request.ExpectedDigest,
            };
            var prepared = await _preparation.PrepareAsync(download, report => progress.Report(ToJob(report)), cancellationToken).ConfigureAwait(false);
            new ImageSeal(prepared.Image, prepared.Path).Write(_library, request.ImportId);
            return new ImageImportResult { Image = prepared.Image };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Disks.DurableFile.IsDiskFull(error) ? DownloadFailures.DiskFull(_library.Directory, error) : Unreachable(error);
        }
    }

    private static JobProgress ToJob(OperationProgress progress) =>
        new() { Step = progress.Step, Completed = progress.Completed, Total = progress.Total, BytesPerSecond = progress.BytesPerSecond, Message = progress.Message };

    private async Task<StoredImage?> FindFileAsync(ImageDigest digest, CancellationToken cancellationToken) =>
        await _verification.FindAsync(digest, cancellationToken).ConfigureAwait(false) is var (path, image)
            ? image with { File = new Nodes.NodeFile { NodeId = _context.NodeId, Path = path } }
            : null;

    private Task<T> MoveAsync<T>(ProviderCall call, ImageDigest digest, Action move, T result, CancellationToken cancellationToken) => MutateAsync(
        call,
        digest,
        () =>
        {
            move();
            return result;
        },
        cancellationToken);

    private Task<T> MutateAsync<T>(ProviderCall call, object target, Func<T> change, CancellationToken cancellationToken) =>
        MutateAsync(call, target, () => Task.FromResult(change()), cancellationToken);

    private Task<T> MutateAsync<T>(ProviderCall call, object target, Func<Task<T>> change, CancellationToken cancellationToken) => RunAsync(
        () =>
        {
            _fence.Admit(call, target: target.ToString());
            return change();
        },
        cancellationToken);

    private Task<T> RunAsync<T>(Func<T> call, CancellationToken cancellationToken) => RunAsync(() => Task.FromResult(call()), cancellationToken);

    private async Task<T> RunAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            Open();
            return await call().ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Disks.DurableFile.IsDiskFull(error) ? DownloadFailures.DiskFull(_library.Directory, error) : Unreachable(error);
        }
    }

    private void Open()
    {
        lock (_opening)
        {
            if (_isOpen) return;
            _library.Open(_context.InstallationId);
            _isOpen = true;
        }
    }

    private LimiQuantixException Unreachable(Exception error) => new(
        ErrorCodes.Unavailable, $"The image library cannot be used: {error.Message}", "Let this process read and write its folder, and look at its disk.", _library.Directory,
        innerException: error);

    private static LimiQuantixException Invalid(string message, string target) => new(ErrorCodes.InvalidArgument, message, target: target);
}
