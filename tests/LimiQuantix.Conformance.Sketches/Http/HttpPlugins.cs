using LimiQuantix.Plugins;

namespace LimiQuantix.Conformance.Sketches.Http;

/// <summary>Plugins over HTTP.</summary>
public sealed class HttpPlugins(HttpWire wire) : IPlugins
{
    private const string Noun = nameof(ILimiQuantix.Plugins);

    public Task<IReadOnlyList<PluginInfo>> ListAsync(PluginQuery? query = null, CancellationToken cancellationToken = default) =>
        wire.AskAsync<IReadOnlyList<PluginInfo>>(Noun, nameof(ListAsync), [query], cancellationToken);
}
