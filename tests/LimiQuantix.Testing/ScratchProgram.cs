namespace LimiQuantix.Testing;

/// <summary>
/// A console program of its own, in a folder of its own, that references one library as its users would: what a README shows, or what must
/// compile ahead of time without a warning. Deleted when disposed.
/// </summary>
public sealed class ScratchProgram : IAsyncDisposable
{
    private readonly string _project;

    /// <summary>Writes it.</summary>
    /// <param name="library">A type of the library that it uses; logging's abstractions come along.</param>
    /// <param name="program">The text of <c>Program.cs</c>.</param>
    public ScratchProgram(Type library, string program)
    {
        Type[] referenced = [library, typeof(Microsoft.Extensions.Logging.ILogger)];
        _project = $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>{string.Concat(referenced.Select(type => $"<Reference Include=\"{type.Assembly.Location}\" />"))}</ItemGroup>
            </Project>
            """;
        File.WriteAllText(Folder.Combine("Program.cs"), program);
    }

    /// <summary>Where its sources lie; more of them may be added before it is built.</summary>
    public TemporaryFolder Folder { get; } = new();

    /// <summary>The C# examples of a README, in its order.</summary>
    /// <param name="readme">Its path in the repository.</param>
    public static string[] ExamplesOf(string readme) =>
        [.. File.ReadAllText(RepositoryRoot.Combine(readme)).Split("```csharp\n").Skip(1).Select(each => each.Split("```")[0])];

    /// <summary>Builds it.</summary>
    /// <returns>The assembly, for the <c>dotnet</c> command.</returns>
    public async Task<string> BuildAsync()
    {
        await RunDotnetAsync("build");
        return Folder.Combine("out/App.dll");
    }

    /// <summary>Compiles it ahead of time with gcc, where every warning is an error.</summary>
    /// <param name="ignored">A warning that the program may have.</param>
    /// <returns>The executable.</returns>
    public async Task<string> PublishAheadOfTimeAsync(string ignored = "")
    {
        await RunDotnetAsync(
            "publish", "--use-current-runtime", "-p:PublishAot=true", "-p:CppCompilerAndLinker=gcc", "-p:StripSymbols=false",
            "-p:TreatWarningsAsErrors=true", "-p:TrimmerSingleWarn=false", $"-p:NoWarn={ignored}");
        return Folder.Combine("out/App");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Folder.DisposeAsync();

    private async Task RunDotnetAsync(string verb, params string[] arguments)
    {
        await File.WriteAllTextAsync(Folder.Combine("App.csproj"), _project);
        await Command.OutputAsync(
            Requires.Tool("dotnet"),
            [verb, Folder.Combine("App.csproj"), "-o", Folder.Combine("out"), "-nologo", "-v", "q", "-nodeReuse:false", .. arguments],
            TimeSpan.FromMinutes(10));
    }
}
