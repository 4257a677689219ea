using LimiQuantix.Plugins;

namespace LimiQuantix.Providers.Loading;

/// <summary>A kind that a plugin registered: how to make, check and use its options, and how to open an instance.</summary>
internal abstract class ProviderKind
{
    /// <summary>The kind's name, such as <c>libvirt</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The plugin that registered it.</summary>
    public required string PluginId { get; init; }

    /// <summary>The provider contract, such as <c>IHypervisor</c>.</summary>
    public abstract Type Contract { get; }

    /// <summary>The options type of its instances.</summary>
    public abstract Type OptionsType { get; }

    /// <summary>Makes options with their defaults.</summary>
    public abstract object CreateOptions();

    /// <summary>Whether some options are set from settings by reflection.</summary>
    public abstract bool NeedsReflection { get; }

    /// <summary>Sets options from settings. Gives the problems, as sentences.</summary>
    public abstract IReadOnlyList<string> Bind(object options, IReadOnlyDictionary<string, string?> settings);

    /// <summary>Whether every instance is on a node, so that one without is on the engine's own.</summary>
    public abstract bool IsAlwaysOnNode { get; }

    /// <summary>Whether an instance with these options spans the nodes.</summary>
    public abstract bool IsShared(object options);

    /// <summary>Says of the references to secrets in an instance's options that they are that instance's.</summary>
    public abstract void OwnSecrets(object options, string instance);

    /// <summary>Gives the problems of an instance's options, as sentences.</summary>
    public abstract IReadOnlyList<string> Validate(object options);

    /// <summary>Opens an instance.</summary>
    public abstract ValueTask<IProvider?> OpenAsync(ProviderContext context, object options, CancellationToken cancellationToken);
}
