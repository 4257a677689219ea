using LimiQuantix.Plugins;
using LimiQuantix.Providers.Loading;

namespace LimiQuantix.Core.Plugins;

/// <summary>The plugins as one caller may see them.</summary>
internal sealed class PluginsFacade(Caller caller, Access access, PluginCatalog catalog) : IPlugins
{
    public async Task<IReadOnlyList<PluginInfo>> ListAsync(CancellationToken cancellationToken = default)
    {
        await access.EnsureAllowedAsync(caller, Actions.PluginsList, null, null, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return catalog.Plugins;
    }
}
