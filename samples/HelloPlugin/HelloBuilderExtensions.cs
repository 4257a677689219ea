using LimiQuantix;

namespace Hello;

/// <summary>For hosts that reference the plugin as a package instead of putting its folder into a plugin folder.</summary>
public static class HelloBuilderExtensions
{
    /// <summary>Adds the plugin and one image source named <c>hello</c>.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Sets the options.</param>
    public static ILimiQuantixBuilder AddHello(this ILimiQuantixBuilder builder, Action<HelloOptions>? configure = null) =>
        builder.AddPlugin(new HelloPlugin()).AddInstance(HelloPlugin.Kind, "hello", configure);
}
