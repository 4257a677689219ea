using LimiQuantix.Nodes;
using LimiQuantix.Plugins;

namespace LimiQuantix;

/// <summary>
/// What a host configures with, and what a plugin's <c>AddX</c> extension method extends. It names no dependency-injection type on
/// purpose: a plugin built against another version of those must still load.
/// </summary>
public interface ILimiQuantixBuilder
{
    /// <summary>Adds a plugin by reference; the same class also serves a plugin folder. Adding a type twice does nothing.</summary>
    /// <param name="plugin">The plugin.</param>
    ILimiQuantixBuilder AddPlugin(IPlugin plugin);

    /// <summary>Opens a named instance of a kind that some plugin registers.</summary>
    /// <typeparam name="TOptions">The options type that the kind was registered with.</typeparam>
    /// <param name="kind">The kind, such as <c>libvirt</c> or <c>directory</c>.</param>
    /// <param name="name">
    /// The instance's name, unique among instances of its contract on its node, and among shared ones; a second call with it configures
    /// further. A pool or a fabric consists of the instances of its name: one that is shared, one on each node, or both.
    /// </param>
    /// <param name="configure">Sets the options; all invalid ones are reported at once when the engine starts.</param>
    /// <param name="node">
    /// The node that the instance works on, which it must reach by itself; <see langword="null"/> for what its kind says: the engine's own node, or shared.
    /// </param>
    ILimiQuantixBuilder AddInstance<TOptions>(string kind, string name, Action<TOptions>? configure = null, NodeId? node = null)
        where TOptions : class, new();

    /// <summary>
    /// Opens a named instance whose options type the host cannot name, because its plugin comes from a folder. The settings are property
    /// names, nested ones with a colon (<c>Key:Name</c>), as in .NET configuration.
    /// </summary>
    /// <param name="kind">The kind, such as <c>hello</c>.</param>
    /// <param name="name">The instance's name, as for <see cref="AddInstance{TOptions}"/>.</param>
    /// <param name="settings">Values by property; unknown properties and invalid values are all reported when the engine starts.</param>
    /// <param name="node">The node, as for <see cref="AddInstance{TOptions}"/>.</param>
    ILimiQuantixBuilder AddInstance(string kind, string name, IReadOnlyDictionary<string, string?> settings, NodeId? node = null);
}
