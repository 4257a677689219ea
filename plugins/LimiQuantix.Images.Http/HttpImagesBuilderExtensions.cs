using LimiQuantix.Images.Http;

namespace LimiQuantix;

/// <summary>Adds images over HTTP and HTTPS to a host.</summary>
public static class HttpImagesBuilderExtensions
{
    /// <summary>Adds the plugin and one image source named <c>http</c> that serves <c>http</c> and <c>https</c> locations.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Sets the options; a second call configures further.</param>
    public static ILimiQuantixBuilder AddHttpImages(this ILimiQuantixBuilder builder, Action<HttpImageSourceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddPlugin(new HttpImagesPlugin()).AddInstance(HttpImagesPlugin.Kind, "http", configure);
    }
}
