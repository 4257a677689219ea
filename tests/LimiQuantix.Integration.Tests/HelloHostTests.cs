using LimiQuantix.Integration.Tests.Support;

namespace LimiQuantix.Integration.Tests;

/// <summary>The host of the plugin author guide, with the plugin's build output in its plugin directory as the guide says. It needs nothing installed.</summary>
public sealed class HelloHostTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Test]
    public async Task Host_of_the_guide_imports_an_image_from_the_plugin_of_the_guide()
    {
        await using Installation installation = NewInstallation();
        Install(installation, "hello");

        await using var program = installation.Start(Programs.HelloHost);

        Assert.That(await program.ExitAsync(Patience), Is.Zero, program.ToString());
        Assert.That(program.Lines, Has.Some.EqualTo("HelloPlugin 1.0.0: loaded").And.Some.EqualTo("world: Ready, 1048576 bytes"));
    }

    [Test]
    public async Task Host_without_the_plugin_says_what_is_missing_and_where_plugins_go()
    {
        await using Installation installation = NewInstallation();
        Directory.CreateDirectory(Path.Combine(installation.Folder, "plugins"));

        await using var program = installation.Start(Programs.HelloHost);

        Assert.That(await program.ExitAsync(Patience), Is.EqualTo(1), program.ToString());
        Assert.That(program.ToString(), Does.Not.Contain("   at ").And.Contain("'hello' is of kind 'hello', which no plugin registers").And.Contain("put the plugin into a plugin folder"));
    }

    private static Installation NewInstallation()
    {
        var installation = new Installation(null, "qemu+unix:///system?socket=/nonexistent");
        installation.Variables["LimiQuantix__PluginDirectories__0"] = Path.Combine(installation.Folder, "plugins");
        return installation;
    }

    private static void Install(Installation installation, string name)
    {
        var output = Path.GetDirectoryName(Programs.OutputOf(Programs.HelloPlugin, "HelloPlugin.dll"))!;
        var target = Directory.CreateDirectory(Path.Combine(installation.Folder, "plugins", name)).FullName;
        foreach (var file in Directory.EnumerateFiles(output)) File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
    }
}
