using System.Xml.Linq;
using LimiQuantix.Testing;

namespace LimiQuantix.Architecture.Tests;

/// <summary>A project as its file says.</summary>
public sealed class ProjectFile
{
    private readonly XDocument _xml;

    private ProjectFile(string path)
    {
        FullPath = path;
        Name = Path.GetFileNameWithoutExtension(path);
        Folder = Path.GetDirectoryName(path)!;
        _xml = XDocument.Load(path);
    }

    /// <summary>The libraries: what is packed.</summary>
    public static IReadOnlyList<ProjectFile> Libraries { get; } = [.. new[] { "src", "plugins" }.SelectMany(In).Where(p => p.Property("IsPackable") != "false")];

    /// <summary>Every project of the repository.</summary>
    public static IReadOnlyList<ProjectFile> All { get; } = [.. new[] { "src", "plugins", "samples", "tests", "benchmarks", "eng" }.SelectMany(In)];

    public string FullPath { get; }

    public string Name { get; }

    /// <summary>The full path of the project's folder.</summary>
    public string Folder { get; }

    /// <summary>The first folder below the root: <c>src</c>, <c>plugins</c>, <c>samples</c>.</summary>
    public string Area => Path.GetRelativePath(RepositoryRoot.Path, Folder).Split(Path.DirectorySeparatorChar)[0];

    /// <summary>The names of the projects it references.</summary>
    public IReadOnlyList<string> ProjectReferences =>
        [.. Includes("ProjectReference").SelectMany(i => i.Split(';')).Select(i => Path.GetFileNameWithoutExtension(i.Replace('\\', '/')))];

    /// <summary>The packages it references.</summary>
    public IReadOnlyList<string> PackageReferences => Includes("PackageReference");

    /// <summary>The packages that whoever references it needs too: not what only builds it, nor what is part of .NET (NU1510).</summary>
    public IEnumerable<string> PackageDependencies =>
        Elements("PackageReference").Where(e => e.Attribute("PrivateAssets") is null && e.Attribute("NoWarn")?.Value != "NU1510").Select(e => e.Attribute("Include")?.Value).OfType<string>();

    /// <summary>Its elements of one name.</summary>
    public IEnumerable<XElement> Elements(string name) => _xml.Descendants(name);

    /// <summary>A property that the file sets, or null.</summary>
    public string? Property(string name) => _xml.Descendants(name).LastOrDefault()?.Value;

    /// <summary>Whether its package holds an assembly; a metapackage only references others.</summary>
    public bool HasCode => Property("IncludeBuildOutput") != "false";

    /// <summary>The built assembly, in the configuration in which these tests were built.</summary>
    public string Assembly => Path.Combine(Folder, "bin", Configuration, "net10.0", Name + ".dll");

    /// <summary>The configuration in which these tests were built.</summary>
    public static string Configuration { get; } =
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public override string ToString() => Name;

    private static IEnumerable<ProjectFile> In(string area)
    {
        string folder = RepositoryRoot.Combine(area);
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories)
                .Where(p => !p.Contains("/obj/", StringComparison.Ordinal) && !p.Contains("/bin/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal).Select(p => new ProjectFile(p))
            : [];
    }

    private List<string> Includes(string element) => [.. Elements(element).Select(e => e.Attribute("Include")?.Value).OfType<string>()];
}
