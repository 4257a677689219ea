using LimiQuantix.Providers.Instances;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Images.Sources;

/// <summary>
/// Finds the image source that serves a location's scheme: the first configured instance, then the built-in one for files. An instance that
/// cannot be opened hides none of the others.
/// </summary>
internal sealed partial class ImageSources(ProviderInstances instances, ILogger<ImageSources> logger)
{
    private static readonly FileImageSource Files = new();

    /// <summary>Gives the source of a location.</summary>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.InvalidArgument"/>: no source serves the scheme; or the error of an instance that cannot be opened and may serve it.
    /// </exception>
    public async ValueTask<IImageSource> GetAsync(string location, CancellationToken cancellationToken)
    {
        var scheme = ImageLocation.Parse(location).Scheme;
        // All are opened at once, so that those which do not answer keep one another's time, and looked at in their order.
        var opening = instances.All<IImageSource>().Select(info => TryOpenAsync(info, cancellationToken)).ToList();
        List<string> schemes = [];
        List<LimiQuantixException> failures = [];
        foreach (var opened in opening)
        {
            var (source, failure) = await opened.ConfigureAwait(false);
            if (failure is not null) failures.Add(failure);
            if (source is null) continue;
            if (source.Schemes.Contains(scheme, StringComparer.Ordinal)) return source;
            schemes.AddRange(source.Schemes);
        }

        if (scheme == "file") return Files;
        if (failures is [var first, ..]) throw new LimiQuantixException(first.Error, first);
        throw new LimiQuantixException(
            ErrorCodes.InvalidArgument,
            $"No image source serves '{scheme}' locations.",
            $"Configured are: {string.Join(", ", schemes.Append("file"))}. For http and https call AddHttpImages() on the builder.",
            "Location");
    }

    private async Task<(IImageSource? Source, LimiQuantixException? Failure)> TryOpenAsync(ProviderInstanceInfo instance, CancellationToken cancellationToken)
    {
        try
        {
            return (await instances.GetAsync<IImageSource>(instance.Name, instance.Node, cancellationToken).ConfigureAwait(false), null);
        }
        catch (LimiQuantixException exception)
        {
            LogNotOpen(instance.Name, exception.Message);
            return (null, exception);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The image source {Instance} cannot be opened; the others are looked at: {Reason}")]
    private partial void LogNotOpen(string instance, string reason);
}
