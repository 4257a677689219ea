using LimiQuantix.Testing;

namespace LimiQuantix.Architecture.Tests;

/// <summary>A text file of the repository.</summary>
internal sealed class SourceFile
{
    private static readonly string[] Skipped = ["bin", "obj", ".git", "node_modules", "TestResults"];

    private static readonly string[] TextExtensions =
        [".cs", ".csproj", ".props", ".targets", ".sln", ".config", ".json", ".md", ".sh", ".yml", ".yaml", ".txt", ".xml", ".editorconfig", ".py"];

    private SourceFile(string path)
    {
        RelativePath = Path.GetRelativePath(RepositoryRoot.Path, path).Replace('\\', '/');
        Text = File.ReadAllText(path);
    }

    /// <summary>Every text file that is written by hand or generated and kept.</summary>
    public static IReadOnlyList<SourceFile> All { get; } = [.. Collect(new DirectoryInfo(RepositoryRoot.Path)).Select(p => new SourceFile(p))];

    /// <summary>The C# files that people write.</summary>
    public static IReadOnlyList<SourceFile> Code { get; } =
        [.. All.Where(f => f.RelativePath.EndsWith(".cs", StringComparison.Ordinal) && !f.RelativePath.Contains("/Generated/", StringComparison.Ordinal))];

    /// <summary>The C# files of the libraries.</summary>
    public static IEnumerable<SourceFile> LibraryCode =>
        Code.Where(f => f.RelativePath.StartsWith("src/", StringComparison.Ordinal) || f.RelativePath.StartsWith("plugins/", StringComparison.Ordinal));

    /// <summary>The path from the root, with forward slashes.</summary>
    public string RelativePath { get; }

    public string Text { get; }

    public IReadOnlyList<string> Lines => Text.Split('\n');

    private static IEnumerable<string> Collect(DirectoryInfo folder)
    {
        foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            if (entry is DirectoryInfo inner)
            {
                if (!Skipped.Contains(inner.Name) && inner.LinkTarget is null)
                {
                    foreach (string file in Collect(inner))
                        yield return file;
                }
            }
            else if (TextExtensions.Contains(entry.Extension) || entry.Name == ".gitignore" || entry.Name == "run")
            {
                yield return entry.FullName;
            }
        }
    }
}
