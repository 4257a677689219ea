using LimiQuantix.Images;
using LimiQuantix.Plugins;

namespace Hello;

/// <summary>The plugin: one public class with a parameterless constructor that names what it can open.</summary>
public sealed class HelloPlugin : IPlugin
{
    /// <summary>The kind that the plugin registers.</summary>
    public const string Kind = "hello";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) =>
        registry.Add<IImageSource, HelloOptions>(
            Kind,
            static (context, options, _) => ValueTask.FromResult<IImageSource>(new HelloImageSource(context, options)),
            static options => options.Validate());
}
