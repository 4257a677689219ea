using LimiQuantix.Console.Vnc;

namespace LimiQuantix;

/// <summary>Adds VNC consoles to a host.</summary>
public static class VncConsoleBuilderExtensions
{
    /// <summary>Adds the plugin and one console provider named <c>vnc</c>.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Sets the options; a second call configures further.</param>
    public static ILimiQuantixBuilder AddVncConsole(this ILimiQuantixBuilder builder, Action<VncConsoleOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddPlugin(new VncConsolePlugin()).AddInstance(VncConsolePlugin.Kind, "vnc", configure);
    }
}
