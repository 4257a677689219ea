namespace LimiQuantix.Plugins;

/// <summary>What is loaded, and what was refused and why.</summary>
public interface IPlugins
{
    /// <summary>Lists every plugin that was found, the refused ones with their reason.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<PluginInfo>> ListAsync(CancellationToken cancellationToken = default);
}
