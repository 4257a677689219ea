using System.Text.RegularExpressions;

namespace LimiQuantix.Architecture.Tests;

/// <summary>What a message of the engine advises exists: the engine knows no plugin, so nothing else would notice.</summary>
public sealed partial class KnownKindsTests
{
    [Test]
    public void Package_and_method_that_bring_a_kind_are_those_of_the_plugin()
    {
        SourceFile known = SourceFile.Code.Single(f => f.RelativePath == "src/LimiQuantix.Providers/Loading/KnownKinds.cs");
        MatchCollection entries = Entry().Matches(known.Text);

        Assert.That(entries.Select(e => e.Groups["package"].Value), Is.EquivalentTo(ProjectFile.Libraries.Where(p => p.Area == "plugins").Select(p => p.Name)));
        foreach (Match entry in entries)
        {
            string code = string.Concat(SourceFile.Code
                .Where(f => f.RelativePath.StartsWith($"plugins/{entry.Groups["package"].Value}/", StringComparison.Ordinal)).Select(f => f.Text));
            Assert.That(code, Does.Contain($" {entry.Groups["method"].Value}("));
            Assert.That(code, Does.Contain($"\"{entry.Groups["kind"].Value}\""));
        }
    }

    [GeneratedRegex(@"\[""(?<kind>[a-z0-9-]+)""\] = \(""(?<package>[\w.]+)"", ""(?<method>\w+)\(\)""\)")]
    private static partial Regex Entry();
}
