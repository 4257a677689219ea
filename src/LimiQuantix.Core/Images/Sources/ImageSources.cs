using LimiQuantix.Core.Plugins;
using LimiQuantix.Images;

namespace LimiQuantix.Core.Images.Sources;

/// <summary>Finds the image source that serves a location's scheme: the first configured instance, then the built-in one for files.</summary>
internal sealed class ImageSources(IReadOnlyList<Func<CancellationToken, ValueTask<IImageSource>>> configured)
{
    private static readonly FileImageSource Files = new();

    /// <summary>The sources of the host's configured instances.</summary>
    public static ImageSources Of(ProviderInstances instances) => new(
    [
        .. instances.All<IImageSource>().Select(info =>
            (Func<CancellationToken, ValueTask<IImageSource>>)(token => instances.GetAsync<IImageSource>(info.Name, token))),
    ]);

    /// <summary>Gives the source of a location.</summary>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.InvalidArgument"/>: no source serves the scheme.</exception>
    public async ValueTask<IImageSource> GetAsync(Uri location, CancellationToken cancellationToken)
    {
        List<string> schemes = [];
        foreach (var open in configured)
        {
            var source = await open(cancellationToken).ConfigureAwait(false);
            if (source.Schemes.Contains(location.Scheme, StringComparer.Ordinal)) return source;
            schemes.AddRange(source.Schemes);
        }

        if (location.IsFile) return Files;
        throw new LimiQuantixException(
            ErrorCodes.InvalidArgument,
            $"No image source serves '{location.Scheme}' locations.",
            $"Configured are: {string.Join(", ", schemes.Append("file"))}. For http and https call AddHttpImages() on the builder.",
            "Location");
    }
}
