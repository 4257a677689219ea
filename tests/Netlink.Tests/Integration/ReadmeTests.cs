using LimiQuantix.Testing;

namespace Netlink.Tests.Integration;

[Category("Integration")]
internal sealed class ReadmeTests
{
    [Test]
    public async Task First_program_of_the_readme_works_when_pasted_and_the_others_compile()
    {
        string readme = await File.ReadAllTextAsync(RepositoryRoot.Combine("src/Netlink/README.md"));
        string[] programs = [.. readme.Split("```csharp\n").Skip(1).Select(each => each.Split("```")[0])];
        await using var folder = new TemporaryFolder();
        string references = string.Concat(new[] { typeof(RtnetlinkConnection), typeof(Microsoft.Extensions.Logging.ILogger) }
            .Select(type => $"<Reference Include=\"{type.Assembly.Location}\" />"));
        await File.WriteAllTextAsync(folder.Combine("Program.cs"), programs[0]);
        string others = string.Concat(programs.Skip(1).Select((each, index) => $"async Task Example{index}()\n{{\n{each}\n}}\n"));
        await File.WriteAllTextAsync(folder.Combine("Others.cs"), $$"""
            using System.Diagnostics;
            using System.Net;
            using Netlink;
            internal sealed class Others(RtnetlinkConnection connection, NetworkNamespace blue)
            {
            {{others}}
            }
            """);
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

        string output = await Command.OutputAsync(dotnet, [folder.Combine("out/App.dll")]);

        Assert.That(output, Does.StartWith("1: lo  mtu 65536 ").And.Contain("    127.0.0.1/8"));
    }
}
