using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using LimiQuantix.Plugins;
using McMaster.NETCore.Plugins;

namespace LimiQuantix.Providers.Loading;

/// <summary>
/// Loads a plugin's entry assembly with its private dependencies apart from the host's and other plugins'. Loaded for good: unloading is not
/// promised, because many libraries hold on to themselves. The only file that names the loader library.
/// </summary>
internal static class IsolatedPlugin
{
    /// <summary>Loads the assembly and makes its plugin class.</summary>
    [RequiresUnreferencedCode(HostCode.WhyWhole)]
    [RequiresDynamicCode(HostCode.WhyWhole)]
    public static IPlugin Activate(string entryPath, string pluginClass)
    {
        PluginLoader loader = PluginLoader.CreateFromAssemblyFile(entryPath, config =>
        {
            foreach (AssemblyName shared in SharedAssemblies.OfHost)
                config.SharedAssemblies.Add(shared);
        });
        Type type = loader.LoadDefaultAssembly().GetType(pluginClass, throwOnError: true)!;
        return (IPlugin)Activator.CreateInstance(type)!;
    }
}
