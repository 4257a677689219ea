using System.Text.RegularExpressions;

namespace LimiQuantix.Architecture.Tests;

/// <summary><c>docs/specification.md</c>: each promise names the test that holds it, and that test exists.</summary>
public sealed partial class SpecificationTests
{
    private const string File = "docs/specification.md";

    private static readonly Lazy<HashSet<string>> Tests = new(FindTests);

    [Test]
    public void Each_promise_names_a_test_that_exists()
    {
        List<string> faults = [];
        foreach (string row in Promises())
        {
            string[] cells = row.Trim().Trim('|').Split('|');
            string[] names = [.. Named().Matches(cells[^1]).Select(m => m.Groups[1].Value)];
            if (cells.Length != 2 || cells[0].Trim().Length == 0 || names.Length == 0)
                faults.Add($"is not `| promise | test |`: {row}");
            faults.AddRange(names.Where(n => !Tests.Value.Contains(n)).Select(n => $"no test {n}"));
        }

        Assert.That(faults, Is.Empty);
    }

    [Test]
    public void Specification_has_promises_and_says_each_once()
    {
        string[] promises = [.. Promises().Select(row => row.Trim().Trim('|').Split('|')[0].Trim())];

        Assert.That(promises, Has.Length.GreaterThan(20));
        Assert.That(promises, Is.Unique);
    }

    private static IEnumerable<string> Promises() => SourceFile.All.Single(f => f.RelativePath == File).Lines
        .Where(l => l.StartsWith('|') && !l.StartsWith("|---", StringComparison.Ordinal) && !l.StartsWith("| promise", StringComparison.Ordinal));

    private static HashSet<string> FindTests()
    {
        HashSet<string> found = new(StringComparer.Ordinal);
        foreach (SourceFile file in SourceFile.Code.Where(f => f.RelativePath.StartsWith("tests/", StringComparison.Ordinal)))
        {
            // Type.cs, or Type.Part.cs of a type in several files.
            string type = Path.GetFileName(file.RelativePath).Split('.')[0];
            foreach (Match method in TestMethod().Matches(file.Text))
                found.Add($"{type}.{method.Groups[1].Value}");
        }

        return found;
    }

    /// <summary>An attribute that makes a test, then whatever other attributes, then the method's name.</summary>
    [GeneratedRegex(@"\[(?:Test|TestCase|TestCaseSource|Theory)\b[^\n]*\n(?:\s*\[[^\n]*\n|\s*//[^\n]*\n)*\s*public (?:static )?(?:async )?[\w<>\[\]?]+ (\w+)\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"`(\w+\.\w+)`")]
    private static partial Regex Named();
}
