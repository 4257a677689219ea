using LimiQuantix.Images;

namespace LimiQuantix.Core.Tests.Plugins;

/// <summary>A provider that remembers whether it was ended.</summary>
internal sealed class FakeImageSource(string name, List<string> ended) : IImageSource
{
    public string Name => name;

    public ProviderHealth Health { get; set; } = ProviderHealth.Healthy;

    public object? Capability { get; set; }

    public IReadOnlyList<string> Serves { get; init; } = ["fake://"];

    public T? GetCapability<T>()
        where T : class => Capability as T;

    public Task<ProviderHealth> CheckHealthAsync(CheckHealthRequest request, CancellationToken cancellationToken = default) => Task.FromResult(Health);

    public Task<ImageSourceInfo> ProbeAsync(ProbeImageRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(new ImageSourceInfo { Location = request.Location });

    public Task<Stream> OpenAsync(ImageRangeRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(Stream.Null);

    public ValueTask DisposeAsync()
    {
        lock (ended)
            ended.Add(name);
        return ValueTask.CompletedTask;
    }
}
