using LimiQuantix.Conformance;
using LimiQuantix.Images;
using LimiQuantix.Images.Sources;
using LimiQuantix.Plugins;

namespace LimiQuantix.Core.Tests.Images.Sources;

[TestFixture(false)]
[TestFixture(true)]
public sealed class FileImageSourceSuite(bool isRemote) : ImageSourceSuite(isRemote)
{
    protected override Uri Missing => new(Host.Combine("missing"));

    protected override ValueTask<IImageSource> OpenAsync(ProviderContext context) => new(new FileImageSource());

    protected override async Task<Uri> PublishAsync(string name, byte[] content)
    {
        await File.WriteAllBytesAsync(Host.Combine(name), content);
        return new Uri(Host.Combine(name));
    }
}
