using LimiQuantix.Plugins;
using LimiQuantix.Providers.Loading;

namespace LimiQuantix.Core.Plugins;

/// <summary>The plugins as one caller may see them.</summary>
internal sealed class PluginsFacade(Caller caller, Access access, PluginCatalog catalog) : IPlugins
{
    public async Task<IReadOnlyList<PluginInfo>> ListAsync(PluginQuery? query = null, CancellationToken cancellationToken = default)
    {
        await access.EnsureAllowedAsync(caller, Actions.PluginsList, null, query, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return query?.IsRefused is { } refused ? [.. catalog.Plugins.Where(plugin => plugin.Refusal is not null == refused)] : catalog.Plugins;
    }
}
