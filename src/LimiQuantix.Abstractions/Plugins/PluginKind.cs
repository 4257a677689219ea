namespace LimiQuantix.Plugins;

/// <summary>A provider kind that a plugin registered.</summary>
public sealed record PluginKind
{
    /// <summary>The provider contract's name, for example <c>IHypervisor</c>.</summary>
    public required string Contract { get; init; }

    /// <summary>The kind, for example <c>libvirt</c>.</summary>
    public required string Kind { get; init; }
}
