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
        await Command.OutputAsync(RepositoryRoot.Combine("eng/pack.sh"), [
            _folder.Path, "--no-build", "--no-restore", "-c", ProjectFile.Configuration, $"-p:NuspecOutputPath={_folder.Combine("nuspec")}"]);
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
            Assert.That(files, Does.Contain("README.md").And.Contain("icon.png").And.Contain("CHANGELOG.md"));
            Assert.That(Value(metadata, "releaseNotes"), Does.Contain("CHANGELOG.md"));
            Assert.That(Value(metadata, "projectUrl"), Does.StartWith("https://"));
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
    public async Task Package_depends_on_what_its_project_names_and_nothing_else(ProjectFile project)
    {
        await using ZipArchive package = await OpenAsync(project, ".nupkg");

        IEnumerable<string?> dependencies = (await MetadataAsync(package, project)).Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => e.Attribute("id")?.Value);

        Assert.That(dependencies, Is.EquivalentTo(project.PackageDependencies.Concat(project.ProjectReferences)));
    }

    [TestCaseSource(nameof(Libraries))]
    public async Task Symbols_are_in_a_package_of_their_own(ProjectFile project)
    {
        if (!project.HasCode)
            Assert.Pass("A package without code has no symbols.");
        await using ZipArchive package = await OpenAsync(project, ".snupkg");

        Assert.That(package.Entries.Select(e => e.FullName), Does.Contain($"lib/net10.0/{project.Name}.pdb"));
    }

    /// <summary>
    /// What the README says under "From a folder feed" and its first program, in a home that has nothing yet; then run, and stopped while the image comes.
    /// </summary>
    [Test]
    public async Task Example_of_the_README_compiles_from_the_packages_in_an_empty_folder_and_stops_when_it_is_asked_to()
    {
        await using TemporaryFolder home = new();
        string program = await BuildExampleAsync(home);
        await using var server = FileServer.Start();
        ServedFile image = server.Add("slow.img", new byte[64 << 20]);
        image.BytesPerSecond = 100_000;
        await File.WriteAllTextAsync(home.Combine("key.pub"), "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJf3zeDZXFnJBaMgHGFgpQpXBXn1ysF9nK3A3wKOQW0n somebody");
        await File.WriteAllTextAsync(home.Combine("catalog.json"), $$"""
            {"entries": [{"id": "debian-13", "name": "A slow one", "locations": ["{{image.Url}}"],
            "operatingSystem": {"distribution": "debian", "release": "13", "architecture": "x86_64", "defaultUser": "debian"} }]}
            """);

        foreach (Action<int> stop in new Action<int>[] { Signal.Interrupt, Signal.Terminate })
        {
            long before = server.BytesSent;
            await using var run = new RunningProgram(program, [home.Combine("key.pub")], new Dictionary<string, string>
            {
                ["LIMIQUANTIX_DATA"] = home.Combine("data"),
                ["LIMIQUANTIX_RUNTIME"] = home.Combine("run"),
                ["LIMIQUANTIX_CATALOG"] = home.Combine("catalog.json"),
                ["LIMIQUANTIX_LIBVIRT_URI"] = $"qemu+unix:///system?socket={home.Combine("no-libvirt")}",
            });
            await Eventually.TrueAsync(() => server.BytesSent > before, "the image is being downloaded");
            stop(run.ProcessId);

            Assert.That(await run.ExitAsync(TimeSpan.FromMinutes(1)), Is.EqualTo(130), run.ToString());
            Assert.That(run.ToString(), Does.Not.Contain("Unhandled exception").And.Not.Contain("   at "));
        }
    }

    // Everything but the packing, which has been done; then the program. Where this machine gets packages from stays as it is.
    private async Task<string> BuildExampleAsync(TemporaryFolder home)
    {
        string readme = await File.ReadAllTextAsync(RepositoryRoot.Combine("README.md"));
        string[] lines = readme.Split("## From a folder feed")[1].Split("```sh\n")[1].Split("\n```")[0].Split('\n');
        Assert.That(lines[0], Is.EqualTo("./eng/pack.sh ~/limiquantix-feed"));
        Directory.CreateSymbolicLink(home.Combine("limiquantix-feed"), _folder.Path);
        await File.WriteAllTextAsync(home.Combine("Program.cs"), ScratchProgram.ExamplesOf("README.md")[0]);
        string script = string.Join('\n', [
            "set -e", $"mkdir -p {home.Path}/.nuget", $"[ ! -d ~/.nuget/NuGet ] || cp -r ~/.nuget/NuGet {home.Path}/.nuget/",
            $"export HOME={home.Path} NUGET_PACKAGES={home.Path}/packages MSBUILDDISABLENODEREUSE=1", .. lines[1..], "cp ~/Program.cs Program.cs",
            "dotnet build -nologo -v q -nodeReuse:false -warnaserror"]);
        await Command.OutputAsync(Requires.Tool("bash"), ["-c", script]);
        return home.Combine("my-vms/bin/Debug/net10.0/my-vms.dll");
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
