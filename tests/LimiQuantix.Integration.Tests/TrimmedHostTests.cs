using LimiQuantix.Integration.Tests.Support;
using LimiQuantix.Testing;

namespace LimiQuantix.Integration.Tests;

/// <summary>A host that has not all of its code: the engine and its plugins, published without a warning, do the main job on a real libvirt.</summary>
[Category("Integration")]
public sealed class TrimmedHostTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Test]
    public async Task Published_host_makes_finds_changes_and_deletes_a_machine()
    {
        Requires.Tool("gcc");
        await using var program = ScratchProgram.Of(Programs.App);
        await using var installation = await Installation.OnSharedLibvirtdAsync();
        var host = await program.PublishAheadOfTimeAsync("LQX001", optimize: false);

        var lines = await RunAsync(host, installation, "make", "look", "finish");
        // The program alone, without what lies beside it.
        File.Delete(Path.Combine(Path.GetDirectoryName(host)!, "libe_sqlite3.so"));
        var alone = await Command.RunAsync("env", ["-C", installation.Folder, $"LIMIQUANTIX_DATA={installation.Data}", host, "settle"], Patience);

        Assert.That(lines, Does.Contain("code compiled ahead of time").And.Contain("agent True").And.Contain("screen True").And.Contain("checked True"));
        Assert.That(alone.StandardOutput, Does.Contain("error missing_prerequisite SQLite's native library, e_sqlite3, is not beside the program").And.Not.Contain("TypeInitialization"));
        Assert.That(installation.MachineFiles(), Is.Empty);
        if (Soak.IsOn) await TrimmedHostDoesItTooAsync();
    }

    // The same promise by other means, which a host compiled ahead of time mostly holds too: in the long form only.
    private static async Task TrimmedHostDoesItTooAsync()
    {
        await using var program = ScratchProgram.Of(Programs.App);
        await using var installation = await Installation.OnSharedLibvirtdAsync();
        var host = await program.PublishTrimmedAsync("LQX001");

        var lines = await RunAsync(host, installation, "make", "finish");

        Assert.That(lines, Does.Contain("code compiled when it runs"));
        Assert.That(Directory.EnumerateFiles(Path.GetDirectoryName(host)!).Select(Path.GetFileName), Has.None.StartsWith("McMaster"), "what cannot be used is left out");
        Assert.That(installation.MachineFiles(), Is.Empty);
        Soak.Note(1, "trimmed host that did the main job");
    }

    private static async Task<List<string>> RunAsync(string host, Installation installation, params string[] commands)
    {
        await using var server = FileServer.Start();
        var image = server.AddFile("tiny.qcow2", await GuestImages.TinyAsync());
        // A plugin in a folder, and an instance of the configuration.
        var plugins = Directory.CreateDirectory(Path.Combine(installation.Folder, "plugins")).FullName;
        Directory.CreateDirectory(Path.Combine(plugins, "HelloPlugin"));
        File.Copy(RepositoryRoot.Combine("samples/HelloPlugin/plugin.json"), Path.Combine(plugins, "HelloPlugin/plugin.json"));
        const string Instance = "LimiQuantix__Instances__0__";
        // Where it runs there is no appsettings.json of another program.
        string[] variables =
        [
            "-C", installation.Folder, .. installation.Variables.Select(variable => $"{variable.Key}={variable.Value}"), $"LIMIQUANTIX_TEST_PLUGINS={plugins}", $"{Instance}Kind=http", $"{Instance}Name=mirror",
            $"{Instance}Options__Serves__0=https://mirror.example/", $"{Instance}Options__Credentials__mirror.example__Name=env:KEY",
        ];
        List<string> lines = [];
        foreach (var command in commands)
        {
            string[] arguments = command == "make" ? [command, "small", image.Url] : [command, "small"];
            lines.AddRange((await Command.OutputAsync("env", [.. variables, host, .. arguments], Patience)).Split('\n'));
        }

        string Line(string begin) => lines.FirstOrDefault(line => line.StartsWith(begin, StringComparison.Ordinal)) ?? "";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Line("refused"), Does.Contain("'HelloPlugin' 1.0.0 is in a folder").And.Contain("trimmed or compiled ahead of time").And.Contain("Reference the plugin's package"));
            Assert.That(Line("not added invalid_argument 2"), Does.Contain("'Fodler' is no option. There are: Serves, ConnectTimeout").And.Contain("'soon' is not a time"));
            Assert.That(Line("not added invalid_argument IStorageBackend 'deep'"), Does.Contain("Inner: its settings are set by reflection").And.Contain("register a binder"));
            var id = Line("made").Split(' ')[^3];
            Assert.That(lines, Does.Contain("added second").And.Contain("image Ready Qcow2").And.Contain($"made {id} Running tcg").And.Contain($"found {id} Running small 1"));
            Assert.That(lines, Does.Contain("instance http mirror Configuration").And.Contain("instance directory second State"));
            Assert.That(lines, Does.Contain("planned /spec/cpu/count NeedsPowerOff").And.Contain("updated 2 0").And.Contain("grown 134217728"));
            Assert.That(lines, Does.Contain("operations images.import, machines.create, machines.delete, machines.stop, machines.update").And.Contain("left 0 0 0"));
        }

        return lines;
    }
}
