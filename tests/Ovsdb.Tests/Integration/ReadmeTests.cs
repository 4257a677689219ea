using LimiQuantix.Testing;
using Ovsdb.Tests.Support;

namespace Ovsdb.Tests.Integration;

[Category("Integration")]
internal sealed class ReadmeTests
{
    [Test]
    public async Task First_program_of_the_readme_works_when_pasted()
    {
        await using OvsdbServer server = await OvsdbServer.StartAsync();
        string readme = await File.ReadAllTextAsync(RepositoryRoot.Combine("src/Ovsdb/README.md"));
        string program = readme.Split("```csharp\n")[1].Split("```")[0];
        await using var folder = new TemporaryFolder();
        string references = string.Concat(new[] { typeof(OvsdbClient), typeof(Microsoft.Extensions.Logging.ILogger) }
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
        string output = await Command.OutputAsync(dotnet, [folder.Combine("out/App.dll"), server.Endpoint]);
        Assert.That(output, Is.EqualTo("demo: 1 ports"));
    }
}
