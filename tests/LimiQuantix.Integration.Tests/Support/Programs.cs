using LimiQuantix.Testing;

namespace LimiQuantix.Integration.Tests.Support;

/// <summary>The programs that tests start, by their folder in the repository.</summary>
internal static class Programs
{
    public const string App = "tests/LimiQuantix.Integration.App";
    public const string QuickStart = "samples/QuickStart";
    public const string Embedding = "samples/Embedding";

    /// <summary>The assembly of a program, of the same build as the tests: bin/CONFIGURATION/FRAMEWORK.</summary>
    public static string PathOf(string project)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var folder = Path.Combine(RepositoryRoot.Combine(project), "bin", output.Parent!.Name, output.Name);
        var configuration = Directory.EnumerateFiles(folder, "*.runtimeconfig.json").Single();
        return configuration.Replace(".runtimeconfig.json", ".dll", StringComparison.Ordinal);
    }
}
