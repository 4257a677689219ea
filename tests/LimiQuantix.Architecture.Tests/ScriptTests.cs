using LimiQuantix.Testing;

namespace LimiQuantix.Architecture.Tests;

/// <summary>The scripts that people start.</summary>
public sealed class ScriptTests
{
    private static readonly string[] Scripts =
        ["quickstart.sh", "test.sh", "bench.sh", "eng/pack.sh", "eng/libvirtd.sh", "eng/public-api.sh", "eng/guest-agent-deb.sh", "eng/guest-agent-iso.sh"];

    [TestCaseSource(nameof(Scripts))]
    public async Task Script_that_is_asked_for_help_gives_it_and_does_nothing(string script)
    {
        await using TemporaryFolder home = new();
        string bash = Requires.Tool("bash");
        foreach (string help in new[] { "--help", "-h" })
        {
            // Nothing on the path but what prints a file: whatever it did beyond that would fail.
            ProcessOutput output = await Command.RunAsync("/usr/bin/env",
                ["-i", $"HOME={home.Path}", $"PATH={PathWith(home, "sed")}", bash, RepositoryRoot.Combine(script), "--keep", help]);

            Assert.That((output.ExitCode, output.StandardError), Is.EqualTo((0, "")));
            Assert.That(output.StandardOutput, Does.Contain(Path.GetFileName(script)));
        }

        Assert.That(Directory.EnumerateFileSystemEntries(home.Path).Select(Path.GetFileName), Is.EqualTo(new[] { "bin" }));
    }

    [TestCase("--frobnicate")]
    [TestCase("--token")]
    public async Task Quickstart_refuses_what_it_does_not_know_before_it_does_anything(string argument)
    {
        await using TemporaryFolder home = new();

        ProcessOutput output = await Command.RunAsync("/usr/bin/env",
            ["-i", $"HOME={home.Path}", $"PATH={PathWith(home, "sed")}", Requires.Tool("bash"), RepositoryRoot.Combine("quickstart.sh"), argument]);

        Assert.That(output.ExitCode, Is.EqualTo(2));
        Assert.That(output.StandardError, Does.Contain(argument).And.Contain("--help"));
    }

    private static string PathWith(TemporaryFolder home, string tool)
    {
        string folder = Directory.CreateDirectory(home.Combine("bin")).FullName;
        if (!File.Exists(Path.Combine(folder, tool))) File.CreateSymbolicLink(Path.Combine(folder, tool), Requires.Tool(tool));
        return folder;
    }
}
