using LibvirtSharp.Generator;

namespace LibvirtSharp.Tests.Coverage;

internal sealed class GeneratedSourceTests
{
    private static readonly string Root = RepositoryRoot.Find();

    private static IEnumerable<TestCaseData> Files() =>
        SourceFiles.Generate(Path.Combine(Root, "eng", "LibvirtSharp.Generator", "Data")).Select(file => new TestCaseData(file.Name, file.Text).SetArgDisplayNames(file.Name));

    [TestCaseSource(nameof(Files))]
    public async Task Checked_in_source_is_what_the_generator_writes(string name, string text) =>
        Assert.That(await File.ReadAllTextAsync(Path.Combine(Root, "src", "LibvirtSharp", "Generated", name)), Is.EqualTo(text),
            "run: dotnet run --project eng/LibvirtSharp.Generator");
}
