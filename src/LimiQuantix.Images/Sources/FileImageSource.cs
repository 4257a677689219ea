using System.Globalization;

namespace LimiQuantix.Images.Sources;

/// <summary>Images in files of this machine.</summary>
internal sealed class FileImageSource : IImageSource
{
    public IReadOnlyList<string> Serves { get; } = ["file://"];

    public T? GetCapability<T>() where T : class => this as T;

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(ProviderHealth.Healthy);

    public Task<ImageSourceInfo> ProbeAsync(ProbeImageRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var file = Find(request.Location);
        return Task.FromResult(new ImageSourceInfo
        {
            Location = request.Location,
            LengthBytes = file.Length,
            SupportsRanges = true,
            Validator = ValidatorOf(file),
        });
    }

    public Task<Stream> OpenAsync(ImageRangeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var file = Find(request.Location);
        if (request.Validator is { } validator && validator != ValidatorOf(file))
        {
            throw new LimiQuantixException(
                ErrorCodes.Conflict, $"'{file.FullName}' was changed since the import began.", "Begin the import again.", file.FullName);
        }

        if (request.Offset < 0 || request.LengthBytes < 0 || request.Offset > file.Length || request.LengthBytes > file.Length - request.Offset)
        {
            throw new LimiQuantixException(
                ErrorCodes.InvalidArgument, $"'{file.FullName}' has {file.Length} bytes, and not {request.LengthBytes} from {request.Offset}.",
                "Give a range of the file.", file.FullName);
        }

        try
        {
            var stream = new FileStream(
                file.FullName, new FileStreamOptions { Mode = FileMode.Open, Options = FileOptions.Asynchronous, BufferSize = 0 });
            stream.Position = request.Offset;
            return Task.FromResult<Stream>(new BoundedStream(stream, request.LengthBytes ?? file.Length - request.Offset));
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw Failure(file.FullName, error);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static FileInfo Find(string location)
    {
        var path = Locations.LocalPath(location) ?? throw new LimiQuantixException(
            ErrorCodes.InvalidArgument, $"'{Locations.Redact(location)}' names no file.", "Give a file's URL, such as file:///images/disk.qcow2.", "Location");
        try
        {
            if (Directory.Exists(path)) throw new LimiQuantixException(ErrorCodes.NotADiskImage, $"'{path}' is a folder.", "Give a disk image's path.", path);
            var file = new FileInfo(path);
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            // Asked at once: the length of what is absent throws, and a later look could see another file.
            if (file.Length > 0) return file;
            // Devices, sockets and pipes have no length, and opening one can wait forever.
            throw new LimiQuantixException(
                ErrorCodes.NotADiskImage, $"'{file.FullName}' is empty or no regular file.", "Give a regular file's path.", file.FullName);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw Failure(path, error);
        }
    }

    private static string ValidatorOf(FileInfo file) =>
        string.Create(CultureInfo.InvariantCulture, $"{file.Length}-{file.LastWriteTimeUtc.Ticks}");

    private static LimiQuantixException Failure(string path, Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => new(
            ErrorCodes.NotFound, $"There is no file '{path}'.", "Check the path.", path, innerException: error),
        UnauthorizedAccessException => new(
            ErrorCodes.PermissionDenied, $"'{path}' may not be read by this process.", "Make the file and its folders readable for it.", path, innerException: error),
        _ => new(ErrorCodes.SourceFailed, $"'{path}' cannot be read: {error.Message}", target: path, innerException: error),
    };
}
