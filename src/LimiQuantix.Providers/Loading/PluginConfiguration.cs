using LimiQuantix.Plugins;
using LimiQuantix.Providers.Instances;

namespace LimiQuantix.Providers.Loading;

/// <summary>What the host configured about plugins and their instances.</summary>
internal sealed record PluginConfiguration
{
    /// <summary>Plugins added by reference, in order.</summary>
    public IReadOnlyList<IPlugin> Plugins { get; init; } = [];

    /// <summary>The wanted instances, in order.</summary>
    public IReadOnlyList<InstanceConfiguration> Instances { get; init; } = [];

    /// <summary>What is wrong with the instances of the configuration, told with everything else that is wrong with instances.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Folders whose sub-folders are plugins; absolute paths.</summary>
    public IReadOnlyList<string> PluginDirectories { get; init; } = [];

    /// <summary>The SHA-256 digests (lower-case hexadecimal) of the manifests that may load; null allows every manifest.</summary>
    public IReadOnlySet<string>? AllowedManifests { get; init; }
}
