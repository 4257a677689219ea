using LimiQuantix.Nodes;
using LimiQuantix.Plugins;
using Microsoft.Extensions.Logging.Abstractions;

namespace LimiQuantix.Images.Http.Tests;

/// <summary>Opens sources as the engine does, with short time-outs.</summary>
internal static class Sources
{
    public static HttpImageSource Open(Action<HttpImageSourceOptions>? configure = null)
    {
        var options = new HttpImageSourceOptions
        {
            ConnectTimeout = TimeSpan.FromMinutes(1),
            ResponseTimeout = TimeSpan.FromMinutes(1),
            ReadTimeout = TimeSpan.FromMinutes(1),
        };
        configure?.Invoke(options);
        Assert.That(options.Validate(), Is.Empty);
        return HttpImageSource.Open(
            new ProviderContext
            {
                InstanceName = "http",
                InstallationId = Guid.CreateVersion7(),
                NodeId = NodeId.Local,
                LoggerFactory = NullLoggerFactory.Instance,
                TimeProvider = TimeProvider.System,
                CreateHttpClient = _ => throw new NotSupportedException(),
                Secrets = new OneSecret(),
                DataDirectory = "/nonexistent",
                RuntimeDirectory = "/nonexistent",
            },
            options);
    }

    public static async Task<byte[]> ReadAsync(this HttpImageSource source, ImageRangeRequest request)
    {
        await using var stream = await source.OpenAsync(request);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public static async Task<LimiQuantixError> FailAsync(Func<Task> action) => (await Assert.ThrowsAsync<LimiQuantixException>(() => action()))!.Error;
}
