using LimiQuantix.Images;
using LimiQuantix.Plugins;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Plugins;

/// <summary>A plugin folder as a host uses it: through the public API, to an image in the library.</summary>
public sealed class PublicPluginTests
{
    private PluginFolderFixture _fixture = null!;

    [SetUp]
    public void SetUp() => _fixture = new PluginFolderFixture();

    [TearDown]
    public void TearDown() => _fixture.Dispose();

    [Test]
    public async Task Image_of_a_plugin_from_a_folder_enters_the_library()
    {
        string folder = _fixture.AddHello();
        await using ServiceProvider services = Build(b => b.AddInstance("hello", "hello", new Dictionary<string, string?>()));
        ILimiQuantix limiquantix = services.GetRequiredService<ILimiQuantix>();

        Image image = await limiquantix.Images.EnsureAsync("hello:///World");
        IReadOnlyList<PluginInfo> plugins = await limiquantix.Plugins.ListAsync();

        Assert.That((image.Status.Phase, image.Status.VirtualSizeBytes), Is.EqualTo((ImagePhase.Ready, 1024L * 1024)));
        Assert.That(plugins.Single(p => p.Id == "HelloPlugin").Directory, Is.EqualTo(folder));
    }

    [Test]
    public async Task Plugin_that_the_host_does_not_allow_is_refused_and_told_by_the_doctor()
    {
        _fixture.AddHello();
        await using ServiceProvider services = Build(_ => { }, o => o.AllowedPlugins.Add(new string('0', 64)));
        ILimiQuantix limiquantix = services.GetRequiredService<ILimiQuantix>();

        PluginInfo hello = (await limiquantix.Plugins.ListAsync()).Single(p => p.Id == "HelloPlugin");

        Assert.That(hello.Refusal!.Code, Is.EqualTo(ErrorCodes.PluginRefused));
        Assert.That((await limiquantix.Doctor.CheckAsync()).Select(p => p.Detail), Does.Contain(hello.Refusal.Message));
    }

    private ServiceProvider Build(Action<ILimiQuantixBuilder> configure, Action<LimiQuantixOptions>? setUp = null)
    {
        ServiceCollection services = new();
        ILimiQuantixBuilder builder = services.AddLimiQuantix(options =>
        {
            options.DataDirectory = Path.Combine(_fixture.Plugins, ".data");
            options.RuntimeDirectory = Path.Combine(_fixture.Plugins, ".run");
            options.PluginDirectories.Add(_fixture.Plugins);
            setUp?.Invoke(options);
        });
        builder.UseInMemoryState();
        configure(builder);
        return services.BuildServiceProvider();
    }
}
