using LimiQuantix.Images;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Providers.Loading;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Plugins;

/// <summary>A plugin's binary of an earlier day, kept as test data: what was built against the contract works on with it.</summary>
[TestFixture]
internal sealed class EarlierPluginTests
{
    [Test]
    public async Task Plugin_that_was_built_against_the_contracts_first_form_loads_and_works()
    {
        using PluginFolderFixture fixture = new();
        string folder = Directory.CreateDirectory(Path.Combine(fixture.Plugins, "hello")).FullName;
        foreach (string file in Directory.EnumerateFiles(RepositoryRoot.Combine("tests/LimiQuantix.Core.Tests/Data/plugin-v1")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        LimiQuantixBuilder builder = new();
        builder.AddInstance("hello", "hello", new Dictionary<string, string?> { ["Greeting"] = "Good day" });

        Assert.That(fixture.Load(builder).Plugins.Select(plugin => (plugin.Id, plugin.Refusal?.Message)), Is.EqualTo(new[] { ("HelloPlugin", (string?)null) }));
        await using ProviderInstances instances = fixture.Open(builder);
        IImageSource source = await instances.GetAsync<IImageSource>("hello");
        ImageSourceInfo info = await source.ProbeAsync(new ProbeImageRequest { Location = "hello:///World" });
        await using Stream stream = await source.OpenAsync(new ImageRangeRequest { Location = info.Location, Offset = 0, Validator = info.Validator });
        using MemoryStream disk = new();
        await stream.CopyToAsync(disk);

        Assert.That(disk.Length, Is.EqualTo(info.LengthBytes));
        Assert.That(System.Text.Encoding.ASCII.GetString(disk.ToArray()), Does.Contain("Good day, World!"));
        Assert.That(await source.CheckHealthAsync(new CheckHealthRequest()), Is.EqualTo(ProviderHealth.Healthy));
        LimiQuantixException refused = (await Assert.ThrowsAsync<LimiQuantixException>(() => source.ProbeAsync(new ProbeImageRequest { Location = "hello:///" + new string('x', 50) })))!;
        Assert.That(refused.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
    }
}
