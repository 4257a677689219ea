using LimiQuantix.Testing;

namespace LimiQuantix.Integration.Tests.Support;

/// <summary>The programs that tests start, by their folder in the repository.</summary>
internal static class Programs
{
    public const string App = "tests/LimiQuantix.Integration.App";
    public const string QuickStart = "samples/QuickStart";
    public const string HelloHost = "samples/HelloHost";
    public const string HelloPlugin = "samples/HelloPlugin";
    public const string Embedding = "samples/Embedding";

    /// <summary>The assembly of a program, of the same build as the tests: bin/CONFIGURATION/FRAMEWORK.</summary>
    public static string PathOf(string project) =>
        OutputOf(project, "*.runtimeconfig.json").Replace(".runtimeconfig.json", ".dll", StringComparison.Ordinal);

    /// <summary>The one file of a project's output that fits a pattern.</summary>
    public static string OutputOf(string project, string pattern)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        return Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Combine(project), "bin", output.Parent!.Name, output.Name), pattern).Single();
    }
}
