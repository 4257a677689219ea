namespace LimiQuantix.Plugins;

/// <summary>A provider kind that a plugin registered.</summary>
public sealed record PluginKind
{
    /// <summary>The provider contract's name, for example <c>IHypervisor</c>.</summary>
    public required string Contract { get; init; }

    /// <summary>The kind, for example <c>libvirt</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>
    /// Whether its options are set from configuration by reflection, because the plugin registered no binder: then not in a host that is
    /// compiled ahead of time.
    /// </summary>
    public bool NeedsReflection { get; init; }
}
