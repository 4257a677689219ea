using LimiQuantix.Core.Tests.Plugins;
using LimiQuantix.Images;
using LimiQuantix.Providers.Loading;

namespace LimiQuantix.Core.Tests.Images;

/// <summary>A source plugin that tells another length than its bytes have.</summary>
internal sealed class LyingImageSource(byte[] bytes, long told, bool hasRanges) : IImageSource
{
    public IReadOnlyList<string> Serves => ["lie://"];

    public static Action<LimiQuantixBuilder> Adding(byte[] bytes, long told, bool hasRanges) => builder => builder
        .AddPlugin(new FakePlugin(registry => registry.Add<IImageSource, FakeOptions>(
            "lie", (_, _, _) => ValueTask.FromResult<IImageSource>(new LyingImageSource(bytes, told, hasRanges)))))
        .AddInstance<FakeOptions>("lie", "lie");

    public T? GetCapability<T>() where T : class => this as T;

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(ProviderHealth.Healthy);

    public Task<ImageSourceInfo> ProbeAsync(ProbeImageRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(new ImageSourceInfo { Location = request.Location, LengthBytes = told, SupportsRanges = hasRanges, Validator = "v" });

    public Task<Stream> OpenAsync(ImageRangeRequest request, CancellationToken cancellationToken = default)
    {
        var from = (int)Math.Min(request.Offset, bytes.Length);
        return Task.FromResult<Stream>(new MemoryStream(bytes, from, (int)Math.Min(request.LengthBytes ?? int.MaxValue, bytes.Length - from), writable: false));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
