using System.Runtime.InteropServices;

namespace LimiQuantix.Testing;

/// <summary>
/// A console program of its own, in a folder of its own, that references libraries as their users would: what a README shows, or what must be trimmed or
/// compiled ahead of time without a warning. Deleted when disposed.
/// </summary>
public sealed class ScratchProgram : IAsyncDisposable
{
    private readonly string _project;

    /// <summary>Writes it.</summary>
    /// <param name="library">A type of the library that it uses; logging's abstractions come along.</param>
    /// <param name="program">The text of <c>Program.cs</c>.</param>
    public ScratchProgram(Type library, string program)
        : this($"""<Reference Include="{library.Assembly.Location};{typeof(Microsoft.Extensions.Logging.ILogger).Assembly.Location}" />""") =>
        File.WriteAllText(Folder.Combine("Program.cs"), program);

    private ScratchProgram(string items) => _project = $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings>
            <NoWarn>$(NoWarn);$(Ignored)</NoWarn>
          </PropertyGroup>
          <ItemGroup>{items}</ItemGroup>
        </Project>
        """;

    /// <summary>Where its sources lie; more of them may be added before it is built.</summary>
    public TemporaryFolder Folder { get; } = new();

    /// <summary>A program of this repository once more: its sources, and everything that its build has beside it.</summary>
    /// <param name="project">Its folder in the repository; built as the tests are.</param>
    public static ScratchProgram Of(string project)
    {
        DirectoryInfo output = new(AppContext.BaseDirectory.TrimEnd('/'));
        string built = Path.Combine(RepositoryRoot.Combine(project), "bin", output.Parent!.Name, output.Name);
        string native = Path.Combine(built, "runtimes", RuntimeInformation.RuntimeIdentifier, "native");
        ScratchProgram program = new($"""
            <Reference Include="{built}/*.dll" Exclude="{built}/{Path.GetFileName(project)}.dll" />
            <None Include="{native}/*" Link="%(Filename)%(Extension)" CopyToOutputDirectory="PreserveNewest" />
            """);
        foreach (string source in Directory.EnumerateFiles(RepositoryRoot.Combine(project), "*.cs"))
            File.Copy(source, program.Folder.Combine(Path.GetFileName(source)));
        return program;
    }

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
    /// <param name="optimize">Whether the code is made fast, which takes twice as long.</param>
    /// <returns>The executable.</returns>
    public Task<string> PublishAheadOfTimeAsync(string ignored = "", bool optimize = true) => PublishAsync(
        ignored, "-p:PublishAot=true", "-p:CppCompilerAndLinker=gcc", "-p:StripSymbols=false", "-c", optimize ? "Release" : "Debug",
        $"-p:NativeDebugSymbols={(optimize ? "true" : "false")}");

    /// <summary>Trims it, with the runtime that it needs, where every warning is an error.</summary>
    /// <param name="ignored">A warning that the program may have.</param>
    /// <returns>The executable.</returns>
    public Task<string> PublishTrimmedAsync(string ignored = "") => PublishAsync(ignored, "-p:PublishTrimmed=true", "--self-contained");

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Folder.DisposeAsync();

    private async Task<string> PublishAsync(string ignored, params string[] arguments)
    {
        await RunDotnetAsync(
            "publish", ["--use-current-runtime", "-p:TreatWarningsAsErrors=true", "-p:TrimmerSingleWarn=false", $"-p:Ignored={ignored}", .. arguments]);
        return Folder.Combine("out/App");
    }

    private async Task RunDotnetAsync(string verb, params string[] arguments)
    {
        await File.WriteAllTextAsync(Folder.Combine("App.csproj"), _project);
        await Command.OutputAsync(
            Requires.Tool("dotnet"),
            [verb, Folder.Combine("App.csproj"), "-o", Folder.Combine("out"), "-nologo", "-v", "q", "-nodeReuse:false", .. arguments],
            TimeSpan.FromMinutes(10));
    }
}
