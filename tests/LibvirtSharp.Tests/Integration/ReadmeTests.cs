using LibvirtSharp.Tests.Support;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

[Category("Integration")]
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
        string output = await Command.OutputAsync(
            Requires.Tool("dotnet"), ["run", "--project", folder.Combine("App.csproj"), "--", $"test+unix:///default?socket={daemon.SocketPath}"]);
        Assert.That(output, Does.StartWith("libvirt 9.").Or.StartWith("libvirt 1"));
        Assert.That(output, Does.Contain("test: Running"));
    }
}
