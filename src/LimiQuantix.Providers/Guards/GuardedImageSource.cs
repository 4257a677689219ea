using LimiQuantix.Images;

namespace LimiQuantix.Providers.Guards;

/// <summary>An image source, guarded.</summary>
/// <param name="inner">The plugin's.</param>
/// <param name="prefixes">What it said that it serves, when it was opened.</param>
/// <param name="guard">Calls it.</param>
/// <param name="capabilities">Its capabilities.</param>
internal sealed class GuardedImageSource(IImageSource inner, IReadOnlyList<string> prefixes, ProviderGuard guard, GuardedCapabilities capabilities)
    : GuardedProvider(inner, guard, capabilities), IImageSource
{
    public IReadOnlyList<string> Serves => prefixes;

    public Task<ImageSourceInfo> ProbeAsync(ProbeImageRequest request, CancellationToken cancellationToken = default) =>
        Guard.ProbeAsync(token => inner.ProbeAsync(request, token), cancellationToken);

    public async Task<Stream> OpenAsync(ImageRangeRequest request, CancellationToken cancellationToken = default) =>
        new GuardedStream(
            await Guard.ReadAsync(token => inner.OpenAsync(request, token), cancellationToken).ConfigureAwait(false), Guard, nameof(OpenAsync));
}
