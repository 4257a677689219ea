using System.Text.RegularExpressions;
using LimiQuantix.Testing;

namespace LimiQuantix.Architecture.Tests;

/// <summary>Code in a README that names the sample it was copied from is that sample, which compiles.</summary>
public sealed partial class ReadmeExampleTests
{
    private const int MaxLines = 25;

    [Test]
    public void Example_in_the_README_is_the_compiled_sample_and_short()
    {
        SourceFile? readme = SourceFile.All.SingleOrDefault(f => f.RelativePath == "README.md");
        if (readme is null)
            Assert.Ignore("There is no README.md yet.");
        MatchCollection examples = Example().Matches(readme.Text);
        if (examples.Count == 0)
            Assert.Ignore("README.md has no example yet.");

        foreach (Match example in examples)
        {
            string code = example.Groups["code"].Value.Trim();
            string sample = File.ReadAllText(RepositoryRoot.Combine(example.Groups["file"].Value)).Trim();
            Assert.That(code, Is.EqualTo(sample), $"README.md differs from {example.Groups["file"].Value}");
            Assert.That(code.Split('\n'), Has.Length.LessThanOrEqualTo(MaxLines));
        }
    }

    [GeneratedRegex(@"<!-- example: (?<file>[\w./-]+) -->\s*\n```csharp\n(?<code>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
