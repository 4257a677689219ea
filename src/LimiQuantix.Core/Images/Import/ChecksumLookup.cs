using LimiQuantix.Core.Images.Catalog;
using LimiQuantix.Images;
using LimiQuantix.Images.Sources;
using LimiQuantix.Providers;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Core.Images.Import;

/// <summary>Gets the digest of an image from its publisher's checksum file.</summary>
internal sealed partial class ChecksumLookup(ImageSources sources, ImageLibraryOptions options, TimeProvider time, ILogger<ChecksumLookup> logger)
{
    /// <summary>The digest; null when the request names no checksum file.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.SourceFailed"/>: the file is empty or does not name the image; or a source's error.</exception>
    public async Task<ImageDigest?> FindAsync(ImageImportRequest request, CancellationToken cancellationToken)
    {
        if (request.ChecksumLocation is null) return null;
        var location = request.ChecksumLocation;
        var retry = TransientRetry.Create(options.Retry, time, (error, delay) => LogRetry(error.Message, delay.TotalSeconds));
        var text = await retry.ExecuteAsync(token => ReadAsync(location, request, token), cancellationToken).ConfigureAwait(false);
        var fileName = Locations.FileName(request.Locations[0]) ?? "";
        var isSidecar = fileName.Length > 0 && Locations.FileName(location)?.StartsWith(fileName, StringComparison.Ordinal) == true;
        return ChecksumFile.Find(text, fileName, isSidecar, out var problem) ?? throw new LimiQuantixException(
            ErrorCodes.SourceFailed,
            $"The publisher's checksum file has no SHA-256 or SHA-512 of '{fileName}': it {problem}.",
            "Nothing was downloaded. Give the expected digest yourself, or try again later: publishers replace image and checksum file one after the other.",
            Locations.Redact(location));
    }

    private async ValueTask<string> ReadAsync(string location, ImageImportRequest request, CancellationToken cancellationToken)
    {
        var source = await sources.GetAsync(location, request.SourceName, isPreference: true, cancellationToken).ConfigureAwait(false);
        var stream = await source.OpenAsync(new ImageRangeRequest { Location = location, Trust = request.TrustOrEarlier }, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        var buffer = new byte[ChecksumFile.MaximumBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (length < buffer.Length) return ChecksumFile.Decode(buffer.AsSpan(0, length));
        throw new LimiQuantixException(
            ErrorCodes.SourceFailed, $"The publisher's checksum file has more than {ChecksumFile.MaximumBytes} bytes.", target: Locations.Redact(location));
    }

    [LoggerMessage(1, LogLevel.Information, "Trying the checksum file again in {Seconds:0.0} s: {Reason}")]
    private partial void LogRetry(string reason, double seconds);
}
