using System.Text.RegularExpressions;
using LimiQuantix.Testing;

namespace LimiQuantix.Architecture.Tests;

public sealed partial class DocumentLinkTests
{
    [Test]
    public void Link_to_a_file_of_the_repository_leads_to_it()
    {
        var broken = SourceFile.All.Where(f => f.RelativePath.EndsWith(".md", StringComparison.Ordinal))
            .SelectMany(f => Link().Matches(f.Text).Select(l => (Document: f.RelativePath, Target: l.Groups[1].Value)))
            .Where(l => !l.Target.Contains(':', StringComparison.Ordinal))
            .Where(l => !Path.Exists(Path.Combine(RepositoryRoot.Path, Path.GetDirectoryName(l.Document) ?? "", l.Target)));

        Assert.That(broken, Is.Empty);
    }

    [GeneratedRegex(@"\]\(([^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}
