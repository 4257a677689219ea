using LimiQuantix.Integration.Tests.Support;
using LimiQuantix.Testing;

namespace LimiQuantix.Integration.Tests;

/// <summary>A host without a runtime of its own: the engine and its plugins, compiled ahead of time without a warning, do the main job on a real libvirt.</summary>
[Category("Integration")]
public sealed class TrimmedHostTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly ScratchProgram _program = ScratchProgram.Of(Programs.App);
    private string _host = "";

    [OneTimeSetUp]
    public async Task Publish()
    {
        Requires.Tool("gcc");
        _host = await _program.PublishAheadOfTimeAsync("LQX001", optimize: false);
    }

    [OneTimeTearDown]
    public async Task Delete() => await _program.DisposeAsync();

    [Test]
    public async Task Host_compiled_ahead_of_time_makes_finds_changes_and_deletes_a_machine()
    {
        await using var installation = await Installation.OnSharedLibvirtdAsync();
        await using var server = FileServer.Start();
        var image = server.AddFile("tiny.qcow2", await GuestImages.TinyAsync());
        // A plugin in a folder, and an instance of the configuration.
        var plugins = Directory.CreateDirectory(Path.Combine(installation.Folder, "plugins")).FullName;
        Directory.CreateDirectory(Path.Combine(plugins, "HelloPlugin"));
        File.Copy(RepositoryRoot.Combine("samples/HelloPlugin/plugin.json"), Path.Combine(plugins, "HelloPlugin/plugin.json"));
        installation.Variables["LIMIQUANTIX_TEST_PLUGINS"] = plugins;
        foreach (var (name, value) in new[] { ("Kind", "http"), ("Name", "mirror"), ("Options__Serves__0", "https://mirror.example/"), ("Options__Credentials__mirror.example__Name", "env:KEY") })
            installation.Variables["LimiQuantix__Instances__0__" + name] = value;

        var made = await RunAsync(installation, "make", "ahead", image.Url);
        var finished = await RunAsync(installation, "finish", "ahead");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(made[0], Is.EqualTo("code compiled ahead of time"));
            Assert.That(Line(made, "refused"), Does.Contain("'HelloPlugin' 1.0.0 is in a folder").And.Contain("compiled ahead of time").And.Contain("Reference the plugin's package"));
            Assert.That(Line(made, "not added invalid_argument 2"), Does.Contain("'Fodler' is no option. There are: Serves, ConnectTimeout").And.Contain("'soon' is not a time"));
            Assert.That(Line(made, "not added invalid_argument IStorageBackend 'deep'"), Does.Contain("Inner: its settings are set by reflection").And.Contain("register a binder"));
            Assert.That(made, Does.Contain("added second").And.Contain("image Ready Qcow2").And.Contain("step start"));
            var id = Line(made, "made").Split(' ')[1];
            Assert.That(Line(made, "made"), Is.EqualTo($"made {id} Running tcg"));
            Assert.That(finished[0], Is.EqualTo($"found {id} Running ahead 1"));
            Assert.That(finished, Does.Contain("instance http mirror Configuration").And.Contain("instance directory second State"));
            Assert.That(finished, Does.Contain("agent True").And.Contain("screen True").And.Contain("planned /spec/cpu/count NeedsPowerOff").And.Contain("updated 2 0"));
            Assert.That(finished, Does.Contain("grown 134217728").And.Contain("checked True"));
            Assert.That(finished, Does.Contain("operations images.import, machines.create, machines.delete, machines.stop, machines.update").And.Contain("left 0 0 0"));
        }

        Assert.That(installation.MachineFiles(), Is.Empty);
    }

    private async Task<IReadOnlyList<string>> RunAsync(Installation installation, params string[] arguments)
    {
        var variables = installation.Variables.Select(variable => $"{variable.Key}={variable.Value}");
        return (await Command.OutputAsync("env", [.. variables, _host, .. arguments], Patience)).Split('\n');
    }

    private static string Line(IReadOnlyList<string> lines, string begin) => lines.FirstOrDefault(line => line.StartsWith(begin, StringComparison.Ordinal)) ?? "";
}
