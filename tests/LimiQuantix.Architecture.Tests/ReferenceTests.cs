using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace LimiQuantix.Architecture.Tests;

public sealed class ReferenceTests
{
    private static IEnumerable<ProjectFile> Libraries => ProjectFile.Libraries;

    private static IEnumerable<ProjectFile> Assemblies => ProjectFile.Libraries.Where(p => p.HasCode);

    [TestCaseSource(nameof(Libraries))]
    public void Project_references_only_what_the_arrows_allow(ProjectFile project)
    {
        IReadOnlyList<string> allowed = AllowedReferences.Of(project);

        Assert.That(project.ProjectReferences.Except(allowed), Is.Empty, $"{project.Name} may reference: {string.Join(", ", allowed)}");
    }

    [TestCaseSource(nameof(Assemblies))]
    public void Assembly_references_only_what_the_arrows_allow(ProjectFile project)
    {
        IReadOnlyList<string> allowed = AllowedReferences.Of(project);

        Assert.That(References(project).Select(r => r.Name!).Where(AllowedReferences.IsOurs).Except(allowed), Is.Empty);
    }

    [Test]
    public void Contract_depends_on_abstractions_of_Microsoft_Extensions_only()
    {
        ProjectFile contract = Libraries.Single(p => p.Name == "LimiQuantix.Abstractions");

        Assert.That(contract.PackageReferences, Is.All.Match("^Microsoft\\.Extensions\\..*\\.Abstractions$"));
        Assert.That(References(contract).Select(r => r.Name), Is.All.Match("^(System\\..*|Microsoft\\.Extensions\\..*\\.Abstractions)$"));
    }

    [TestCaseSource(nameof(Assemblies))]
    public void Assembly_version_is_frozen_for_the_major_version(ProjectFile project)
    {
        using PEReader image = Open(project);

        Assert.That(image.GetMetadataReader().GetAssemblyDefinition().Version, Is.EqualTo(new Version(0, 0, 0, 0)));
    }

    [Test]
    public void Samples_of_plugins_know_only_the_contract()
    {
        ProjectFile hello = ProjectFile.All.Single(p => p.Name == "HelloPlugin");

        Assert.That(hello.ProjectReferences, Is.EqualTo(new[] { "LimiQuantix.Abstractions" }));
        Assert.That(hello.PackageReferences, Is.Empty);
    }

    private static List<AssemblyName> References(ProjectFile project)
    {
        using PEReader image = Open(project);
        MetadataReader reader = image.GetMetadataReader();
        return [.. reader.AssemblyReferences.Select(r => reader.GetAssemblyReference(r).GetAssemblyName())];
    }

    private static PEReader Open(ProjectFile project)
    {
        Assert.That(project.Assembly, Does.Exist);
        return new PEReader(new MemoryStream(File.ReadAllBytes(project.Assembly)));
    }
}
