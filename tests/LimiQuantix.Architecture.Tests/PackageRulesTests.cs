using System.Text.RegularExpressions;
using System.Xml.Linq;
using LimiQuantix.Testing;

namespace LimiQuantix.Architecture.Tests;

public sealed partial class PackageRulesTests
{
    private static IEnumerable<ProjectFile> Libraries => ProjectFile.Libraries;

    private static IEnumerable<ProjectFile> Projects => ProjectFile.All;

    [TestCaseSource(nameof(Libraries))]
    public void Packable_project_has_what_a_package_needs(ProjectFile project)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Path.Combine(project.Folder, "README.md"), Does.Exist);
            Assert.That(project.Property("Description"), Is.Not.Null.And.Not.Empty);
            foreach (string file in project.HasCode ? new[] { "PublicAPI.Shipped.txt", "PublicAPI.Unshipped.txt" } : [])
                Assert.That(Path.Combine(project.Folder, file), Does.Exist);
        }
    }

    /// <summary>A package's README is read where its package is, without the repository around it.</summary>
    [TestCaseSource(nameof(Libraries))]
    public void README_of_a_package_says_enough_and_links_to_where_it_can_be_followed(ProjectFile project)
    {
        string text = File.ReadAllText(Path.Combine(project.Folder, "README.md"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(text, Does.StartWith($"# {project.Name}\n"));
            Assert.That(text, Has.Length.GreaterThan(1000));
            Assert.That(text, Does.Contain("```csharp"));
            Assert.That(Link().Matches(text).Select(link => link.Groups["to"].Value), Has.All.Match("^(https://|#)"));
        }
    }

    [TestCase("PackageLicenseExpression", "Apache-2.0")]
    [TestCase("PackageReadmeFile", "README.md")]
    [TestCase("PackageIcon", "icon.png")]
    [TestCase("IncludeSymbols", "true")]
    [TestCase("SymbolPackageFormat", "snupkg")]
    [TestCase("GenerateDocumentationFile", "true")]
    public void Libraries_share(string property, string value) =>
        Assert.That(Value("eng/Library.props", property), Is.EqualTo(value));

    [TestCase("Nullable", "enable")]
    [TestCase("TreatWarningsAsErrors", "true")]
    [TestCase("Deterministic", "true")]
    [TestCase("TargetFramework", "net10.0")]
    [TestCase("AssemblyVersion", "0.0.0.0")]
    public void Projects_share(string property, string value) =>
        Assert.That(Value("Directory.Build.props", property), Is.EqualTo(value));

    [Test]
    public void Versions_of_Microsoft_Extensions_and_AspNetCore_are_those_of_the_framework()
    {
        // What only tests see may be newer: it never meets a host or a plugin.
        string[] testOnly = ["Microsoft.Extensions.TimeProvider.Testing"];
        var versions = XDocument.Load(RepositoryRoot.Combine("Directory.Packages.props")).Descendants("PackageVersion")
            .Select(p => (Name: p.Attribute("Include")!.Value, Version: p.Attribute("Version")!.Value))
            .Where(p => p.Name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) || p.Name.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal))
            .Where(p => !testOnly.Contains(p.Name)).ToList();

        Assert.That(versions, Is.Not.Empty);
        Assert.That(versions.Where(p => !p.Version.StartsWith("10.0.", StringComparison.Ordinal)), Is.Empty);
        Assert.That(Libraries.SelectMany(p => p.PackageReferences).Intersect(testOnly), Is.Empty);
    }

    [TestCaseSource(nameof(Projects))]
    public void Versions_are_central(ProjectFile project) =>
        Assert.That(project.Elements("PackageReference").Where(p => p.Attribute("Version") is not null || p.Attribute("VersionOverride") is not null), Is.Empty);

    [GeneratedRegex(@"\]\((?<to>[^)]+)\)")]
    private static partial Regex Link();

    private static string? Value(string file, string property) =>
        XDocument.Load(RepositoryRoot.Combine(file)).Descendants(property).LastOrDefault()?.Value;
}
