using LimiQuantix.Plugins;
using LimiQuantix.Providers.Instances;
using Microsoft.Extensions.Configuration;

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

    public ILimiQuantixBuilder AddInstance<TOptions>(string kind, string name, Action<TOptions>? configure = null)
        where TOptions : class, new() =>
        Add(kind, name, typeof(TOptions), configure is null ? null : options => configure((TOptions)options));

    public ILimiQuantixBuilder AddInstance(string kind, string name, IReadOnlyDictionary<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return Add(kind, name, null, options => configuration.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true));
    }

    /// <summary>Gives what was recorded.</summary>
    public PluginConfiguration Build() => new()
    {
        Plugins = [.. _plugins],
        Instances = [.. _instances],
        PluginDirectories = [.. PluginDirectories.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)],
        AllowedManifests = AllowedManifests.Count == 0 ? null : new HashSet<string>(AllowedManifests, StringComparer.OrdinalIgnoreCase),
    };

    private LimiQuantixBuilder Add(string kind, string name, Type? optionsType, Action<object>? configure)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(name);
        int index = _instances.FindIndex(i => i.Kind == kind && i.Name == name && i.OptionsType == optionsType);
        if (index < 0)
        {
            index = _instances.Count;
            _instances.Add(new InstanceConfiguration { Kind = kind, Name = name, OptionsType = optionsType });
        }

        if (configure is not null)
            _instances[index] = _instances[index] with { Configure = [.. _instances[index].Configure, configure] };
        return this;
    }
}
