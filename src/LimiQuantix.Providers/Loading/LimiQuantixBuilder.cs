using LimiQuantix.Nodes;
using LimiQuantix.Plugins;
using LimiQuantix.Providers.Instances;

namespace LimiQuantix.Providers.Loading;

/// <summary>Records what the host configures; nothing is judged before <see cref="Build"/>'s result is used, so order does not matter.</summary>
internal sealed class LimiQuantixBuilder : ILimiQuantixBuilder
{
    private readonly List<IPlugin> _plugins = [];
    private readonly List<InstanceConfiguration> _instances = [];

    /// <summary>Folders whose sub-folders are plugins.</summary>
    public IList<string> PluginDirectories { get; } = [];

    /// <summary>The SHA-256 digests of the manifests that may load; while empty, every manifest may.</summary>
    public ISet<string> AllowedManifests { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    public ILimiQuantixBuilder AddPlugin(IPlugin plugin)
    {
        ArgumentNullException.ThrowIfNull(plugin);
        if (!_plugins.Exists(known => known.GetType() == plugin.GetType()))
            _plugins.Add(plugin);
        return this;
    }

    public ILimiQuantixBuilder AddInstance<TOptions>(string kind, string name, Action<TOptions>? configure = null, NodeId? node = null)
        where TOptions : class, new() =>
        Add(kind, name, node, typeof(TOptions), configure is null ? null : new InstanceStep { Configure = options => configure((TOptions)options) });

    public ILimiQuantixBuilder AddInstance(string kind, string name, IReadOnlyDictionary<string, string?> settings, NodeId? node = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Add(kind, name, node, null, new InstanceStep { Settings = new Dictionary<string, string?>(settings, StringComparer.OrdinalIgnoreCase) });
    }

    /// <summary>Gives what was recorded.</summary>
    public PluginConfiguration Build() => new()
    {
        Plugins = [.. _plugins],
        Instances = [.. _instances],
        PluginDirectories = [.. PluginDirectories.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)],
        AllowedManifests = AllowedManifests.Count == 0 ? null : new HashSet<string>(AllowedManifests, StringComparer.OrdinalIgnoreCase),
    };

    private LimiQuantixBuilder Add(string kind, string name, NodeId? node, Type? optionsType, InstanceStep? step)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(name);
        int index = _instances.FindIndex(i => i.Kind == kind && i.Name == name && i.Node == node && i.OptionsType == optionsType);
        if (index < 0)
        {
            index = _instances.Count;
            _instances.Add(new InstanceConfiguration { Kind = kind, Name = name, Node = node, OptionsType = optionsType });
        }

        if (step is not null)
            _instances[index] = _instances[index] with { Steps = [.. _instances[index].Steps, step] };
        return this;
    }
}
