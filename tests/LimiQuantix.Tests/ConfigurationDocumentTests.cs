using System.Collections;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using LimiQuantix.Core;
using LimiQuantix.Providers;
using LimiQuantix.Testing;

namespace LimiQuantix.Tests;

/// <summary>docs/configuration.md says what the code does: every option with its default, every variable, every instrument.</summary>
public sealed partial class ConfigurationDocumentTests
{
    private static readonly string Document = File.ReadAllText(RepositoryRoot.Combine("docs/configuration.md"));

    private static IEnumerable<TestCaseData> OptionTypes()
    {
        yield return new TestCaseData("`LimiQuantix`", typeof(LimiQuantixOptions), new[] { nameof(LimiQuantixOptions.ProviderDeadlines) }).SetArgDisplayNames("LimiQuantix");
        yield return new TestCaseData("`LimiQuantix:ProviderDeadlines`", typeof(ProviderDeadlines), Array.Empty<string>()).SetArgDisplayNames("ProviderDeadlines");
        foreach ((string kind, Type options) in OptionKinds.All)
            yield return new TestCaseData($"Kind `{kind}`", options, Array.Empty<string>()).SetArgDisplayNames(kind);
    }

    [TestCaseSource(nameof(OptionTypes))]
    public void Every_option_is_documented_with_its_default(string heading, Type type, string[] elsewhere)
    {
        object defaults = Activator.CreateInstance(type, nonPublic: true)!;
        string[] expected = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => !elsewhere.Contains(property.Name))
            .Select(property => $"{property.Name} = {Show(property.GetValue(defaults))}")];

        Assert.That(OptionsBelow(heading), Is.EqualTo(expected));
    }

    [Test]
    public void Every_kind_that_is_documented_is_there() => Assert.That(
        Document.Split('\n').Where(line => line.StartsWith("### Kind `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]),
        Is.EquivalentTo(OptionKinds.All.Select(kind => kind.Kind)));

    [Test]
    public void Every_environment_variable_of_the_code_is_documented_and_no_other()
    {
        IEnumerable<string> used = new[] { "src", "plugins" }.SelectMany(folder => Directory.EnumerateFiles(RepositoryRoot.Combine(folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => Variable().Matches(File.ReadAllText(file)).Select(match => match.Value));

        Assert.That(TableBelow("## Environment variables").Select(row => row[0]), Is.EquivalentTo(used.Distinct()));
    }

    [Test]
    public void Every_instrument_of_the_engine_is_documented_with_its_unit_and_no_other()
    {
        List<string> published = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == "LimiQuantix") published.Add($"{instrument.Name} {KindOf(instrument)} {instrument.Unit}");
        };
        listener.Start();
        // An instrument is published when its class is first used.
        foreach (Assembly assembly in new[] { typeof(LimiQuantixOptions), typeof(ProviderDeadlines) }.Select(type => type.Assembly).Append(Assembly.Load("LimiQuantix.Images")).Distinct())
        {
            foreach (Type type in assembly.GetTypes().Where(type => type.Name.EndsWith("Telemetry", StringComparison.Ordinal)))
                System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }

        Assert.That(TableBelow("## Metrics and traces").Select(row => $"{row[0]} {row[1]} {row[2]}"), Is.EquivalentTo(published));
    }

    private static IEnumerable<string> OptionsBelow(string heading)
    {
        string section = Section("### " + heading);
        if (section.Contains("has no options", StringComparison.Ordinal)) return [];
        return TableBelow("### " + heading).Select(row => $"{row[0]} = {row[1]}");
    }

    private static IEnumerable<string[]> TableBelow(string heading)
    {
        string[] rows = [.. Section(heading).Split('\n').SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|')).Skip(2)];
        Assert.That(rows, Is.Not.Empty, heading);
        return rows.Select(row => row.Trim('|').Split('|').Select(cell => cell.Trim().Trim('`')).ToArray());
    }

    private static string Section(string heading)
    {
        int begin = Document.IndexOf($"\n{heading}\n", StringComparison.Ordinal);
        Assert.That(begin, Is.Positive, $"docs/configuration.md has no heading '{heading}'");
        int end = Document.IndexOf("\n#", begin + heading.Length, StringComparison.Ordinal);
        return Document[begin..(end < 0 ? Document.Length : end)];
    }

    private static string Show(object? value) => value switch
    {
        null => "none",
        string text => text,
        bool flag => flag ? "true" : "false",
        IEnumerable list => list.Cast<object>().Any() ? string.Join(", ", list.Cast<object>()) : "none",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" => "counter",
        "Histogram" => "histogram",
        "UpDownCounter" => "up-down counter",
        var other => other,
    };

    [GeneratedRegex("LIMIQUANTIX_[A-Z_]+")]
    private static partial Regex Variable();
}
