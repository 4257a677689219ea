using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LimiQuantix.Core.Tests.Machines.Support;

public sealed class PlatformTests
{
    [Test]
    public async Task Start_that_throws_leaves_no_folder()
    {
        string? folder = null;
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => Platform.StartAsync(services =>
        {
            using var provider = services.BuildServiceProvider();
            folder = Path.GetDirectoryName(provider.GetRequiredService<IOptions<LimiQuantixOptions>>().Value.DataDirectory);
            throw new InvalidOperationException("Told to fail.");
        }));

        Assert.That(thrown!.Message, Is.EqualTo("Told to fail."));
        Assert.That(folder, Is.Not.Null.And.Not.Empty);
        Assert.That(Directory.Exists(folder), Is.False);
    }
}
