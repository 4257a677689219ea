using LimiQuantix.Consoles;
using LimiQuantix.Plugins;

namespace LimiQuantix.Console.Vnc;

/// <summary>Registers the console provider of kind <c>vnc</c>: machines' screens over RFB (RFC 6143).</summary>
public sealed class VncConsolePlugin : IPlugin
{
    /// <summary>The kind that the plugin registers.</summary>
    public const string Kind = "vnc";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        registry.Add<IConsoleProvider, VncConsoleOptions>(
            Kind,
            static (context, options, _) => ValueTask.FromResult<IConsoleProvider>(VncConsoleProvider.Open(context, options)),
            static options => options.Validate());
    }
}
