using LimiQuantix.Plugins;

namespace LimiQuantix.Images.Http;

/// <summary>Registers the image source of kind <c>http</c>: images over HTTP and HTTPS.</summary>
public sealed class HttpImagesPlugin : IPlugin
{
    /// <summary>The kind that the plugin registers.</summary>
    public const string Kind = "http";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        registry.Add<IImageSource, HttpImageSourceOptions>(
            Kind,
            static (context, options, _) => ValueTask.FromResult<IImageSource>(HttpImageSource.Open(context, options)),
            static options => options.Validate());
    }
}
