using System.Text.RegularExpressions;
using LimiQuantix.Testing;

namespace LimiQuantix.Architecture.Tests;

/// <summary>Rules of the code that no analyzer holds.</summary>
public sealed partial class SourceRulesTests
{
    private const int MaxLines = 400;

    [Test]
    public void File_that_people_write_has_at_most_400_lines() =>
        Assert.That(SourceFile.Code.Where(f => f.Lines.Count > MaxLines).Select(f => $"{f.RelativePath}: {f.Lines.Count}"), Is.Empty);

    [Test]
    public void Warnings_are_mended_and_not_switched_off() => AssertAbsent(SourceFile.Code, PragmaWarning());

    /// <summary>What is stored and not in the context fails when it runs, and the failure may be taken for something that cannot be read.</summary>
    [Test]
    public void Every_type_that_the_engine_stores_is_in_the_context_of_its_json()
    {
        var context = SourceFile.Code.Single(f => f.RelativePath == "src/LimiQuantix.Core/Resources/StateJsonContext.cs").Text;
        Assert.That(
            SourceFile.LibraryCode.Where(f => f.RelativePath.StartsWith("src/LimiQuantix.Core/", StringComparison.Ordinal))
                .SelectMany(f => StoredType().Matches(f.Text)).Select(match => match.Groups[1].Value).Distinct().Where(type => !context.Contains($"typeof({type})", StringComparison.Ordinal)),
            Is.EquivalentTo(["T", "TDocument", "TStatus"]), "add it to StateJsonContext");
    }

    [Test]
    public void Code_has_no_regions() => AssertAbsent(SourceFile.Code, Region());

    [Test]
    public void No_method_is_async_void() => AssertAbsent(SourceFile.Code, AsyncVoid());

    [Test]
    public void Nothing_waits_for_a_task_by_blocking() => AssertAbsent(
        SourceFile.Code.Where(f => !f.RelativePath.StartsWith("eng/", StringComparison.Ordinal)), Blocking());

    /// <summary>A test waits with <c>Eventually</c>, or pauses with the token of its deadline. Waits that are no loops with a pause are not seen here.</summary>
    [Test]
    public void No_test_polls_without_a_deadline() =>
        Assert.That(
            SourceFile.Code.Where(f => f.RelativePath.StartsWith("tests/", StringComparison.Ordinal) && !f.RelativePath.EndsWith(nameof(SourceRulesTests) + ".cs", StringComparison.Ordinal))
                .SelectMany(f => Poll().Matches(f.Text).Select(m => $"{f.RelativePath}: {m.Value.Split('\n')[0].Trim()}"))
                .Where(found => !found.Contains("deadline", StringComparison.OrdinalIgnoreCase)),
            Is.Empty);

    [TestCase("while (!done) await Task.Delay(10);", true)]
    [TestCase("while (!done())\n    await Task.Delay(TimeSpan.FromSeconds(1));", true)]
    [TestCase("while (a)\n{\n    Turn();\n    await Task.WhenAny(b, Task.Delay(50));\n}", true)]
    [TestCase("do { await Task.Delay(5); } while (!done);", true)]
    [TestCase("while (!done) await Task.Delay(10, deadline.Token);", false)]
    [TestCase("while (a)\n{\n    Turn();\n}\n\nawait Task.Delay(50);", false)]
    public void Poll_is_known_when_it_is_seen(string code, bool isPoll) => Assert.That(Poll().IsMatch(code), Is.EqualTo(isPoll));

    [Test]
    public void Libraries_take_the_time_from_a_TimeProvider() => AssertAbsent(SourceFile.LibraryCode, Clock());

    [Test]
    public void Loader_library_is_named_in_one_file() =>
        Assert.That(
            SourceFile.Code.Where(f => f.RelativePath.StartsWith("src/", StringComparison.Ordinal) && f.Text.Contains("McMaster", StringComparison.Ordinal)).Select(f => f.RelativePath),
            Is.EqualTo(new[] { "src/LimiQuantix.Providers/Loading/IsolatedPlugin.cs" }));

    /// <summary><see cref="Uri"/> rewrites what it reads; a location is a text until it is sent.</summary>
    [Test]
    public void Contract_has_no_address_that_is_rewritten()
    {
        string[] api = File.ReadAllLines(RepositoryRoot.Combine("src/LimiQuantix.Abstractions/PublicAPI.Unshipped.txt"));

        Assert.That(api, Has.Some.Contains("ProbeImageRequest.Location").And.None.Contains("System.Uri"));
    }

    [Test]
    public void No_file_names_the_address_of_a_package_registry() => AssertAbsent(SourceFile.All, Registry());

    [Test]
    public void No_file_depends_on_a_path_of_one_machine() => AssertAbsent(SourceFile.All, MachinePath());

    private static void AssertAbsent(IEnumerable<SourceFile> files, Regex pattern) =>
        Assert.That(
            files.Where(f => !f.RelativePath.EndsWith(nameof(SourceRulesTests) + ".cs", StringComparison.Ordinal))
                .SelectMany(f => f.Lines.Select((line, index) => (line, At: $"{f.RelativePath}:{index + 1}")))
                .Where(l => pattern.IsMatch(l.line)).Select(l => $"{l.At}: {l.line.Trim()}"),
            Is.Empty);

    [GeneratedRegex("""(?:DocumentSerializer|ResourceTable|StatusTable|GetData|GetRequest|TypeOf|SaveDataAsync)<(\w+)>""", RegexOptions.CultureInvariant, 10000)]
    private static partial Regex StoredType();

    [GeneratedRegex(@"#pragma\s+warning\s+disable")]
    private static partial Regex PragmaWarning();

    [GeneratedRegex(@"^\s*#region")]
    private static partial Regex Region();

    [GeneratedRegex(@"\basync\s+void\b")]
    private static partial Regex AsyncVoid();

    // An operation's or a job's end has a Result too, which nobody waits for.
    [GeneratedRegex(@"(?<!\b(?:end|ended|observation|known|JobObservation))\.Result\b(?!\s*[=<(])|\.GetAwaiter\(\)\.GetResult\(\)|\bThread\.Sleep\(")]
    private static partial Regex Blocking();

    [GeneratedRegex(@"(\bwhile \(.*\)|\bdo\b)(\s*\{[^{}]*?|\s*)(await |\S*\()*Task\.Delay\(([^,()]|\([^()]*\))*\)")]
    private static partial Regex Poll();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?Now\b|\bStopwatch\.(StartNew|GetTimestamp)\b|\bnew Stopwatch\b")]
    private static partial Regex Clock();

    [GeneratedRegex(@"https?://[^\s""'<>)]*(nuget\.org|npmjs\.(org|com)|pypi\.org|pythonhosted\.org|crates\.io|rubygems\.org|maven\.org|proxy\.golang\.org|pkgs\.dev\.azure\.com|/v3/index\.json|artifactory)")]
    private static partial Regex Registry();

    [GeneratedRegex(@"(?<![\w./-])/(work|tmp/w)/")]
    private static partial Regex MachinePath();
}
