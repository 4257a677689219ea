using LimiQuantix.Conformance;
using LimiQuantix.Plugins;
using LimiQuantix.Testing;

namespace LimiQuantix.Images.Http.Tests;

[TestFixture(false)]
[TestFixture(true)]
public sealed class HttpImageSourceSuite(bool isRemote) : ImageSourceSuite(isRemote)
{
    private FileServer _server = null!;
    private int _versions;

    protected override string Missing => _server.BaseAddress + "missing";

    protected override SuiteHost MakeHost()
    {
        _server = FileServer.Start();
        return new SuiteHost();
    }

    protected override ValueTask<IImageSource> OpenAsync(ProviderContext context) => new(HttpImageSource.Open(context, new HttpImageSourceOptions()));

    protected override Task<string> PublishAsync(string name, byte[] content)
    {
        var file = _server.Add(name, content);
        file.ETag = $"\"v{++_versions}\"";
        return Task.FromResult(file.Url);
    }

    [TearDown]
    public async Task StopServerAsync() => await _server.DisposeAsync();
}
