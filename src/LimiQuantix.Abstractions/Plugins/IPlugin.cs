namespace LimiQuantix.Plugins;

/// <summary>
/// A plugin's entry point: a public class with a parameterless constructor. Its one duty is to name the kinds it can open.
/// </summary>
public interface IPlugin
{
    /// <summary>Registers the plugin's provider kinds. Must not touch files, network or time: it only registers.</summary>
    /// <param name="registry">Where to register.</param>
    void Register(IPluginRegistry registry);
}
