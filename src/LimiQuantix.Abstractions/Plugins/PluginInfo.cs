namespace LimiQuantix.Plugins;

/// <summary>A plugin that was found: loaded, or refused.</summary>
public sealed record PluginInfo
{
    /// <summary>The plugin's id: its manifest's, or its assembly's name when referenced as a package.</summary>
    public required string Id { get; init; }

    /// <summary>The plugin's semantic version.</summary>
    public required string Version { get; init; }

    /// <summary>The folder it was found in; <see langword="null"/> when referenced as a package.</summary>
    public string? Directory { get; init; }

    /// <summary>The provider kinds it registered.</summary>
    public IReadOnlyList<PluginKind> Kinds { get; init; } = [];

    /// <summary>Why it was refused: the reason and the mend; <see langword="null"/> when loaded.</summary>
    public LimiQuantixError? Refusal { get; init; }
}
