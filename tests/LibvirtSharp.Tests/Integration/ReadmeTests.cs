using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

[Category("Integration")]
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class ReadmeTests
{
    [Test]
    public async Task First_program_of_the_readme_works_when_pasted()
    {
        PrivateLibvirtd daemon = await SharedLibvirtd.GetAsync();
        await using var program = new ScratchProgram(typeof(LibvirtConnection), ScratchProgram.ExamplesOf("src/LibvirtSharp/README.md")[0]);
        string app = await program.BuildAsync();
        string dotnet = Requires.Tool("dotnet");
        string output = await Command.OutputAsync(dotnet, [app, $"test+unix:///default?socket={daemon.SocketPath}"]);
        Assert.That(output, Does.StartWith("libvirt ").And.Contain("test: Running"));

        // The same program run by a user who has no daemon yet, with an alias of their own for it: the session's is started.
        Requires.Root();
        string home = program.Folder.Combine("home");
        Directory.CreateDirectory(Path.Combine(home, ".config/libvirt"));
        await File.WriteAllTextAsync(Path.Combine(home, ".config/libvirt/libvirt.conf"), "uri_aliases = [ \"mine=qemu:///session\" ]\n");
        File.SetUnixFileMode(program.Folder.Path, (UnixFileMode)0b111_101_101);
        await Command.OutputAsync("/bin/chown", ["-R", "nobody:nogroup", home]);
        string session = await Command.OutputAsync(
            Requires.Tool("setpriv"),
            ["--reuid=nobody", "--regid=nogroup", "--clear-groups", "env", "-u", "XDG_CONFIG_HOME", $"HOME={home}", $"XDG_RUNTIME_DIR={home}", $"DOTNET_CLI_HOME={home}", dotnet, app, "mine"]);
        Assert.That(session, Does.StartWith("libvirt "));
        await Command.OutputAsync("/bin/sh", ["-c", $"kill $(cat {home}/libvirt/*.pid)"]);
    }
}
