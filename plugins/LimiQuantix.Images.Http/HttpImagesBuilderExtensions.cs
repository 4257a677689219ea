using LimiQuantix.Images.Http;

namespace LimiQuantix;

/// <summary>Adds images over HTTP and HTTPS to a host.</summary>
public static class HttpImagesBuilderExtensions
{
    /// <summary>
    /// Adds the plugin and one image source that serves <c>http</c> and <c>https</c> locations; with another name a further one, which serves those that
    /// its <see cref="HttpImageSourceOptions.Serves"/> names.
    /// </summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Sets the options; a second call of the same name configures further.</param>
    /// <param name="name">The source's name.</param>
    public static ILimiQuantixBuilder AddHttpImages(this ILimiQuantixBuilder builder, Action<HttpImageSourceOptions>? configure = null, string name = "http")
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddPlugin(new HttpImagesPlugin()).AddInstance(HttpImagesPlugin.Kind, name, configure);
    }
}
