using System.Text.RegularExpressions;
using LimiQuantix.Testing;

namespace LimiQuantix.Architecture.Tests;

/// <summary>Code in a document that names the file it was copied from is that file, which compiles.</summary>
public sealed partial class ReadmeExampleTests
{
    private const int MaxLines = 25;

    [Test]
    public void Listing_in_a_document_is_the_file_that_it_names()
    {
        var examples = SourceFile.All.Where(f => f.RelativePath.EndsWith(".md", StringComparison.Ordinal))
            .SelectMany(f => Example().Matches(f.Text).Select(example => (Document: f.RelativePath, Example: example))).ToList();

        Assert.That(examples, Is.Not.Empty);
        foreach ((string document, Match example) in examples)
            Assert.That(Code(example), Is.EqualTo(Sample(example)), $"{document} differs from {example.Groups["file"].Value}");
    }

    [Test]
    public void Example_in_the_README_is_the_compiled_sample_and_short()
    {
        SourceFile readme = SourceFile.All.Single(f => f.RelativePath == "README.md");
        MatchCollection examples = Example().Matches(readme.Text);

        Assert.That(examples, Is.Not.Empty);
        foreach (Match example in examples)
        {
            Assert.That(Code(example), Is.EqualTo(Sample(example)), $"README.md differs from {example.Groups["file"].Value}");
            Assert.That(Code(example).Split('\n'), Has.Length.LessThanOrEqualTo(MaxLines));
        }
    }

    private static string Code(Match example) => example.Groups["code"].Value.Trim();

    private static string Sample(Match example) => File.ReadAllText(RepositoryRoot.Combine(example.Groups["file"].Value)).Trim();

    [GeneratedRegex(@"<!-- example: (?<file>[\w./-]+) -->\s*\n```\w*\n(?<code>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
