using LibvirtSharp.Tests.Support;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Integration;

[Category("Integration")]
internal sealed class NativeAotTests
{
    [Test]
    public async Task Program_compiled_ahead_of_time_talks_to_the_daemon_without_a_warning_or_a_runtime()
    {
        PrivateLibvirtd daemon = await SharedLibvirtd.GetAsync();
        Requires.Tool("gcc");
        await using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Combine("Program.cs"), """
            using LibvirtSharp;
            await using LibvirtConnection connection = await LibvirtConnection.OpenAsync(args[0]);
            await using LibvirtEventSubscription events = await connection.SubscribeAsync(LibvirtEventKind.DomainLifecycle);
            Domain domain = (await connection.ListAllDomainsAsync()).Single();
            Console.WriteLine($"{domain.Name} {(await domain.GetInfoAsync()).State} {(await connection.GetAllDomainStatisticsAsync()).Count}");
            Console.WriteLine((await domain.GetDefinitionAsync()).ToString().Contains("<name>test</name>"));
            """);
        string references = string.Concat(new[] { typeof(LibvirtConnection), typeof(Microsoft.Extensions.Logging.ILogger) }
            .Select(type => $"<Reference Include=\"{type.Assembly.Location}\" />"));
        await File.WriteAllTextAsync(folder.Combine("App.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings>
                <PublishAot>true</PublishAot><CppCompilerAndLinker>gcc</CppCompilerAndLinker><StripSymbols>false</StripSymbols>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors><TrimmerSingleWarn>false</TrimmerSingleWarn>
              </PropertyGroup>
              <ItemGroup>{references}</ItemGroup>
            </Project>
            """);
        await Command.OutputAsync(
            Requires.Tool("dotnet"),
            ["publish", folder.Combine("App.csproj"), "--use-current-runtime", "-o", folder.Combine("out"), "-nologo", "-v", "q", "-nodeReuse:false"],
            TimeSpan.FromMinutes(10));
        string output = await Command.OutputAsync(folder.Combine("out/App"), [$"test+unix:///default?socket={daemon.SocketPath}"]);
        Assert.That(output, Is.EqualTo("test Running 1\nTrue"));
    }
}
