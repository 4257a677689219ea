using LimiQuantix.Plugins;

namespace LimiQuantix.Providers.Loading;

/// <summary>Something about plugins that keeps one from being of use, and is no refusal.</summary>
internal sealed record PluginNote
{
    /// <summary>What it is about: a directory, or a plugin's id.</summary>
    public required string Subject { get; init; }

    /// <summary>What is wrong: a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>What would be right: a sentence.</summary>
    public required string Remedy { get; init; }

    /// <summary>Says of a plugin that was loaded for nothing how an instance of it is configured.</summary>
    public static PluginNote Unused(PluginInfo plugin)
    {
        string kind = plugin.Kinds[0].Kind;
        return new PluginNote
        {
            Subject = plugin.Id,
            Message = $"Plugin '{plugin.Id}' {plugin.Version} is loaded and does nothing: no instance of {KindsOf(plugin)} is configured.",
            Remedy = $"Add one to the host's configuration, {{ \"LimiQuantix\": {{ \"Instances\": {{ \"{kind}\": {{ \"Kind\": \"{kind}\" }} }} }} }}, or in its code, "
                + $"builder.AddInstance(\"{kind}\", \"{kind}\", new Dictionary<string, string?>()).",
        };
    }

    private static string KindsOf(PluginInfo plugin) => plugin.Kinds.Count == 1
        ? $"its kind '{plugin.Kinds[0].Kind}'"
        : $"its kinds {string.Join(", ", plugin.Kinds.Select(k => $"'{k.Kind}'"))}";
}
