using LimiQuantix.Conformance;
using LimiQuantix.Images;
using LimiQuantix.Images.Sources;
using LimiQuantix.Plugins;

namespace LimiQuantix.Core.Tests.Images.Sources;

[TestFixture(false)]
[TestFixture(true)]
public sealed class FileImageSourceSuite(bool isRemote) : ImageSourceSuite(isRemote)
{
    protected override string Missing => Locations.OfPath(Host.Combine("missing"));

    protected override ValueTask<IImageSource> OpenAsync(ProviderContext context) => new(new FileImageSource());

    protected override async Task<string> PublishAsync(string name, byte[] content)
    {
        await File.WriteAllBytesAsync(Host.Combine(name), content);
        return Locations.OfPath(Host.Combine(name));
    }
}
