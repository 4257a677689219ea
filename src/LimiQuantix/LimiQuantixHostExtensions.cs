using LimiQuantix.Core;
using Microsoft.Extensions.Hosting;

namespace LimiQuantix;

/// <summary>Adds a virtual-machine platform to an application, in one line.</summary>
public static class LimiQuantixHostExtensions
{
    /// <summary>
    /// Adds the engine with the everyday plugins: machines on libvirt, images over HTTP, storage in a folder, VNC consoles. Works without
    /// argument; the state is an SQLite file. The section <c>LimiQuantix</c> of the host's configuration is read by itself.
    /// </summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder, for further plugins and instances.</returns>
    public static ILimiQuantixBuilder AddLimiQuantix(this IHostApplicationBuilder builder, Action<LimiQuantixOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Services.AddLimiQuantix(configure).AddLibvirt().AddHttpImages().AddDirectoryStorage().AddVncConsole();
    }
}
