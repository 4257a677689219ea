using LibvirtSharp.Tests.Support;
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
        string readme = await File.ReadAllTextAsync(RepositoryRoot.Combine("src/LibvirtSharp/README.md"));
        string program = readme.Split("```csharp\n")[1].Split("```")[0];
        await using var folder = new TemporaryFolder();
        string references = string.Concat(new[] { typeof(LibvirtConnection), typeof(Microsoft.Extensions.Logging.ILogger) }
            .Select(type => $"<Reference Include=\"{type.Assembly.Location}\" />"));
        await File.WriteAllTextAsync(folder.Combine("Program.cs"), program);
        await File.WriteAllTextAsync(folder.Combine("App.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>{references}</ItemGroup>
            </Project>
            """);
        string dotnet = Requires.Tool("dotnet");
        await Command.OutputAsync(dotnet, ["build", folder.Combine("App.csproj"), "-o", folder.Combine("out"), "-nologo", "-v", "q", "-nodeReuse:false"]);
        string app = folder.Combine("out/App.dll");
        string output = await Command.OutputAsync(dotnet, [app, $"test+unix:///default?socket={daemon.SocketPath}"]);
        Assert.That(output, Does.StartWith("libvirt ").And.Contain("test: Running"));

        // The same program run by a user who has no daemon yet, with an alias of their own for it: the session's is started.
        Requires.Root();
        string home = folder.Combine("home");
        Directory.CreateDirectory(Path.Combine(home, ".config/libvirt"));
        await File.WriteAllTextAsync(Path.Combine(home, ".config/libvirt/libvirt.conf"), "uri_aliases = [ \"mine=qemu:///session\" ]\n");
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        await Command.OutputAsync("/bin/chown", ["-R", "nobody:nogroup", home]);
        string session = await Command.OutputAsync(
            Requires.Tool("setpriv"),
            ["--reuid=nobody", "--regid=nogroup", "--clear-groups", "env", "-u", "XDG_CONFIG_HOME", $"HOME={home}", $"XDG_RUNTIME_DIR={home}", $"DOTNET_CLI_HOME={home}", dotnet, app, "mine"]);
        Assert.That(session, Does.StartWith("libvirt "));
        await Command.OutputAsync("/bin/sh", ["-c", $"kill $(cat {home}/libvirt/*.pid)"]);
    }
}
