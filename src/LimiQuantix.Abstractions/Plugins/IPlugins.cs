namespace LimiQuantix.Plugins;

/// <summary>What is loaded, and what was refused and why.</summary>
public interface IPlugins
{
    /// <summary>Lists every plugin that was found, the refused ones with their reason.</summary>
    /// <param name="query">Which ones; all of them without it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<PluginInfo>> ListAsync(PluginQuery? query = null, CancellationToken cancellationToken = default);
}

/// <summary>Which plugins.</summary>
public sealed record PluginQuery
{
    /// <summary>Those that were refused, or those that were not; all without it.</summary>
    public bool? IsRefused { get; init; }
}
