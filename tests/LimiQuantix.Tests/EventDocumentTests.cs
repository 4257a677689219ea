using System.Reflection;
using LimiQuantix.Testing;
using Microsoft.Extensions.Logging;

namespace LimiQuantix.Tests;

/// <summary>docs/events.md lists every line that the SDK logs, with the event id that filters and alerts may rely on.</summary>
public sealed class EventDocumentTests
{
    private const string Path = "docs/events.md";

    private static readonly string[] Assemblies =
    [
        "LimiQuantix", "LimiQuantix.Console.Vnc", "LimiQuantix.Core", "LimiQuantix.Hypervisor.Libvirt", "LimiQuantix.Images", "LimiQuantix.Images.Http", "LimiQuantix.Providers",
        "LimiQuantix.Storage.Directory",
    ];

    [Test]
    public void Every_event_is_documented_with_its_id_and_no_other()
    {
        string expected = Write();
        string actual = File.ReadAllText(RepositoryRoot.Combine(Path));
        if (expected == actual) return;

        // What to commit, when the change is meant: an id that was given is not given to another event.
        string written = System.IO.Path.Combine(TestContext.CurrentContext.WorkDirectory, "events.md");
        File.WriteAllText(written, expected);
        Assert.That(actual, Is.EqualTo(expected), $"{Path} is not what the code logs; what it would be is in {written}");
    }

    [Test]
    public void Every_event_has_an_id_of_its_own_within_its_class()
    {
        foreach (IGrouping<Type, Event> type in Events().GroupBy(one => one.Type))
        {
            Assert.That(type.Select(one => one.Id), Has.All.GreaterThan(0), type.Key.FullName);
            Assert.That(type.Select(one => one.Id), Is.Unique, type.Key.FullName);
        }
    }

    /// <summary>What goes with an exception says it in words too, so that the stack trace may be left out: <c>Failures.Reason</c>, <c>Failures.Trace</c>.</summary>
    [Test]
    public void Every_event_of_a_failure_says_its_reason_in_words() =>
        Assert.That(Events().Where(one => one.HasException && one.Level != nameof(LogLevel.Debug)).Select(one => one.Message), Has.All.Match("{Reason}|{Late}"));

    private static string Write()
    {
        List<string> lines =
        [
            "# Events",
            "",
            "Every line that the SDK logs, by the class that it is declared in. Filters and alerts may rely on class and id. Written by `EventDocumentTests`.",
        ];
        foreach (IGrouping<string, Event> type in Events().GroupBy(one => one.Type.FullName!).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            lines.AddRange(["", $"## {type.Key}", "", "| id | level | |", "|---|---|---|"]);
            lines.AddRange(type.OrderBy(one => one.Id).Select(one => $"| {one.Id} | {one.Level} | {one.Message.Replace("|", "\\|", StringComparison.Ordinal)} |"));
        }

        return string.Join('\n', lines) + "\n";
    }

    private static IEnumerable<Event> Events() =>
        from assembly in Assemblies.Select(Assembly.Load)
        from type in assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        let attribute = method.GetCustomAttribute<LoggerMessageAttribute>()
        where attribute is not null
        // A level that is an argument: less when it repeats.
        select new Event(type, attribute.EventId, attribute.Level == LogLevel.None ? "Warning or Error, Debug when it repeats" : attribute.Level.ToString(), attribute.Message,
            method.GetParameters().Any(parameter => typeof(Exception).IsAssignableFrom(parameter.ParameterType)));

    private sealed record Event(Type Type, int Id, string Level, string Message, bool HasException);
}
