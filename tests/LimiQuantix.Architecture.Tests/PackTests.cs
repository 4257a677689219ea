using System.IO.Compression;
using System.Xml.Linq;
using LimiQuantix.Testing;

namespace LimiQuantix.Architecture.Tests;

/// <summary>Packs every library as a release would and looks into the packages.</summary>
[Category("Integration")]
public sealed class PackTests
{
    private TemporaryFolder _folder = null!;

    private static IEnumerable<ProjectFile> Libraries => ProjectFile.Libraries;

    [OneTimeSetUp]
    public async Task Pack()
    {
        _folder = new TemporaryFolder();
        foreach (ProjectFile project in Libraries)
        {
            await Command.OutputAsync("dotnet", [
                "pack", project.FullPath, "--no-build", "--no-restore", "-c", ProjectFile.Configuration, "-o", _folder.Path, $"-p:NuspecOutputPath={_folder.Combine("nuspec")}", "-nologo", "-v", "q", "-nodeReuse:false"]);
        }
    }

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [TestCaseSource(nameof(Libraries))]
    public async Task Package_holds_what_its_user_needs(ProjectFile project)
    {
        await using ZipArchive package = await OpenAsync(project, ".nupkg");
        string[] files = [.. package.Entries.Select(e => e.FullName)];
        XElement metadata = await MetadataAsync(package, project);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(files, Does.Contain("README.md").And.Contain("icon.png"));
            Assert.That(Value(metadata, "readme"), Is.EqualTo("README.md"));
            Assert.That(Value(metadata, "icon"), Is.EqualTo("icon.png"));
            Assert.That(Value(metadata, "license"), Is.EqualTo("Apache-2.0"));
            Assert.That(Value(metadata, "description"), Is.Not.Null.And.Not.EqualTo("Package Description"));
            if (project.HasCode)
                Assert.That(files, Does.Contain($"lib/net10.0/{project.Name}.dll").And.Contain($"lib/net10.0/{project.Name}.xml"));
        }
    }

    [TestCaseSource(nameof(Libraries))]
    public async Task Package_names_the_commit_that_it_was_built_from(ProjectFile project)
    {
        if (!Directory.Exists(RepositoryRoot.Combine(".git")))
            Assert.Ignore("This is no git checkout.");
        await using ZipArchive package = await OpenAsync(project, ".nupkg");

        XElement? repository = (await MetadataAsync(package, project)).Elements().SingleOrDefault(e => e.Name.LocalName == "repository");

        Assert.That(repository?.Attribute("commit")?.Value, Does.Match("^[0-9a-f]{40}$"));
    }

    [TestCaseSource(nameof(Libraries))]
    public async Task Symbols_are_in_a_package_of_their_own(ProjectFile project)
    {
        if (!project.HasCode)
            Assert.Pass("A package without code has no symbols.");
        await using ZipArchive package = await OpenAsync(project, ".snupkg");

        Assert.That(package.Entries.Select(e => e.FullName), Does.Contain($"lib/net10.0/{project.Name}.pdb"));
    }

    private Task<ZipArchive> OpenAsync(ProjectFile project, string extension)
    {
        string file = Directory.EnumerateFiles(_folder.Path, $"{project.Name}.*{extension}")
            .Single(f => char.IsAsciiDigit(Path.GetFileName(f)[project.Name.Length + 1]));
        return ZipFile.OpenReadAsync(file);
    }

    private static async Task<XElement> MetadataAsync(ZipArchive package, ProjectFile project)
    {
        await using Stream stream = await package.GetEntry($"{project.Name}.nuspec")!.OpenAsync();
        XDocument nuspec = await XDocument.LoadAsync(stream, LoadOptions.None, CancellationToken.None);
        return nuspec.Root!.Elements().Single(e => e.Name.LocalName == "metadata");
    }

    private static string? Value(XElement metadata, string name) => metadata.Elements().SingleOrDefault(e => e.Name.LocalName == name)?.Value;
}
