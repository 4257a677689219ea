using System.Text.RegularExpressions;

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

    [Test]
    public void Code_has_no_regions() => AssertAbsent(SourceFile.Code, Region());

    [Test]
    public void No_method_is_async_void() => AssertAbsent(SourceFile.Code, AsyncVoid());

    [Test]
    public void Nothing_waits_for_a_task_by_blocking() => AssertAbsent(
        SourceFile.Code.Where(f => !f.RelativePath.StartsWith("eng/", StringComparison.Ordinal)), Blocking());

    [Test]
    public void Libraries_take_the_time_from_a_TimeProvider() => AssertAbsent(SourceFile.LibraryCode, Clock());

    [Test]
    public void Loader_library_is_named_in_one_file() =>
        Assert.That(
            SourceFile.Code.Where(f => f.RelativePath.StartsWith("src/", StringComparison.Ordinal) && f.Text.Contains("McMaster", StringComparison.Ordinal)).Select(f => f.RelativePath),
            Is.EqualTo(new[] { "src/LimiQuantix.Core/Plugins/IsolatedPlugin.cs" }));

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

    [GeneratedRegex(@"#pragma\s+warning\s+disable")]
    private static partial Regex PragmaWarning();

    [GeneratedRegex(@"^\s*#region")]
    private static partial Regex Region();

    [GeneratedRegex(@"\basync\s+void\b")]
    private static partial Regex AsyncVoid();

    [GeneratedRegex(@"\.Result\b(?!\s*[=<(])|\.GetAwaiter\(\)\.GetResult\(\)|\bThread\.Sleep\(")]
    private static partial Regex Blocking();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?Now\b|\bStopwatch\.(StartNew|GetTimestamp)\b|\bnew Stopwatch\b")]
    private static partial Regex Clock();

    [GeneratedRegex(@"https?://[^\s""'<>)]*(nuget\.org|npmjs\.(org|com)|pypi\.org|pythonhosted\.org|crates\.io|rubygems\.org|maven\.org|proxy\.golang\.org|pkgs\.dev\.azure\.com|/v3/index\.json|artifactory)")]
    private static partial Regex Registry();

    [GeneratedRegex(@"(?<![\w./-])/(work|tmp/w)/")]
    private static partial Regex MachinePath();
}
