namespace LimiQuantix.Plugins;

/// <summary>A provider kind that a plugin registered.</summary>
public sealed record PluginKind
{
    /// <summary>The provider contract's name, for example <c>IHypervisor</c>.</summary>
    public required string Contract { get; init; }

    /// <summary>The kind, for example <c>libvirt</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>
    /// Whether some of its options, objects of the plugin's own and lists of them, are set from configuration by reflection, because the plugin registered no
    /// binder: not in a host that is trimmed or compiled ahead of time, which sets them in code.
    /// </summary>
    public bool NeedsReflection { get; init; }
}
