using System.Text;
using System.Text.RegularExpressions;
using LimiQuantix.Conformance.Fakes;
using LimiQuantix.State;

namespace LimiQuantix.Core.Tests.Lifecycle;

/// <summary>
/// What there is at a moment: resources at rest, files, things at providers. Ids, times, MAC addresses and ports are replaced, so that the
/// same work done twice gives the same snapshot. What only tells of operations is left out, but none of them may be half-way.
/// </summary>
internal sealed partial record WorldSnapshot(IReadOnlyList<string> Lines)
{
    // What an installation, its engines and a project's first machine make once and for all, and what remembers the past.
    private static readonly string[] LeftOut =
        ["networks/", "names/networks/", "operations/", "operation-requests/", "operation-results/", "idempotency/", "engine", "nodes/", "names/nodes/", "installation", "tombstones/", "eras/", "era",
            "departures/", "indexed/", "status/"];

    // A pool keeps an unused base for a while; what is published for a test is none of the engine's.
    private static readonly string[] Kept = ["/bases/", "/bytes/", "IImageSource/"];

    private static readonly string[] HalfWay = ["operation-checkpoints/", "operation-cancels/"];

    public static async Task<WorldSnapshot> TakeAsync(IStateStore state, string library, FakeWorld world)
    {
        List<string> lines = [];
        StatePage page;
        string? continuation = null;
        do
        {
            page = await state.ListAsync(new StateQuery { Prefix = "", Continuation = continuation });
            continuation = page.Continuation;
            foreach (var entry in page.Entries)
            {
                MatrixViolation.If(HalfWay.Any(prefix => entry.Key.StartsWith(prefix, StringComparison.Ordinal)), $"left half-way: {entry.Key}");
                if (LeftOut.Any(prefix => entry.Key.StartsWith(prefix, StringComparison.Ordinal))) continue;
                lines.Add(Plain($"state {entry.Key} {Encoding.UTF8.GetString(entry.Value.Span)}"));
            }
        }
        while (continuation is not null);

        if (Directory.Exists(library))
        {
            lines.AddRange(Directory.EnumerateFiles(library, "*", SearchOption.AllDirectories)
                .Where(file => !Path.GetFileName(file).StartsWith("installation", StringComparison.Ordinal))
                .Select(file => Plain($"file {Path.GetRelativePath(library, file)} {new FileInfo(file).Length}")));
        }

        lines.AddRange(world.Things.Where(thing => !thing.Key.Contains("/events", StringComparison.Ordinal) && !Kept.Any(part => thing.Key.Contains(part, StringComparison.Ordinal)))
            .Select(thing => Plain($"thing {thing.Key} {thing.Value}")));
        return new WorldSnapshot([.. lines.Order(StringComparer.Ordinal)]);
    }

    /// <summary>Fails unless both are the same.</summary>
    /// <exception cref="MatrixViolation">They are not.</exception>
    public void MustEqual(WorldSnapshot other, string because) => MatrixViolation.If(
        !Lines.SequenceEqual(other.Lines),
        $"{because}\nonly here:\n{string.Join('\n', Without(Lines, other.Lines))}\nonly there:\n{string.Join('\n', Without(other.Lines, Lines))}");

    private static List<string> Without(IEnumerable<string> lines, IEnumerable<string> others)
    {
        List<string> rest = [.. lines];
        foreach (var other in others) rest.Remove(other);
        return rest;
    }

    private static string Plain(string text)
    {
        text = Ids().Replace(text, "#");
        text = Times().Replace(text, "@");
        text = Seeds().Replace(text, "~seed~");
        text = Answers().Replace(text, "");
        text = Macs().Replace(text, "~mac~");
        // An error of a failed try, and the wish that a failed start leaves, are told by the operation.
        text = Wishes().Replace(text, "shouldRun:~");
        text = PowerCuts().Replace(text, "powerCuts:~");
        // What is attached anew is another device.
        text = Devices().Replace(text, "device:~");
        // It only ever grows, with what is undone too.
        text = Generations().Replace(text, "generation:~");
        return Ports().Replace(text, "hostPort:~");
    }

    [GeneratedRegex("""[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|(?<=iid-)[0-9a-f]{32}""")]
    private static partial Regex Ids();

    [GeneratedRegex("""20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[\\u+0-9B]{1,8}:00)""")]
    private static partial Regex Times();

    // The bytes of a seed hold times and a salt.
    [GeneratedRegex("""(?:[A-Za-z0-9/]|\+|\\u002B){4000,}=*""")]
    private static partial Regex Seeds();

    // What the hypervisor tells of a machine's last change, and answers once.
    [GeneratedRegex(""","(?:reason|machineType)":"[^"]*\x22""")]
    private static partial Regex Answers();

    [GeneratedRegex("""52[:-]54[:-]00(?:[:-][0-9a-f]{2}){3}""")]
    private static partial Regex Macs();

    [GeneratedRegex("""(?:"|\\u0022)shouldRun(?:"|\\u0022):(?:true|false)""")]
    private static partial Regex Wishes();

    [GeneratedRegex("""(?:"|\\u0022)device(?:"|\\u0022):[0-9]+""")]
    private static partial Regex Devices();

    // How often somebody wished it, taken back or not.
    [GeneratedRegex("""(?:"|\\u0022)powerCuts(?:"|\\u0022):[0-9]+""")]
    private static partial Regex PowerCuts();

    [GeneratedRegex("""(?:"|\\u0022)generation(?:"|\\u0022):[0-9]+""")]
    private static partial Regex Generations();

    [GeneratedRegex("""(?:"|\\u0022)hostPort(?:"|\\u0022):[0-9]+""")]
    private static partial Regex Ports();
}

/// <summary>Something that the matrix does not allow.</summary>
internal sealed class MatrixViolation(string message) : Exception(message)
{
    public static void If(bool isViolated, string message)
    {
        if (isViolated) throw new MatrixViolation(message);
    }

    public static void Unless(LimiQuantix.Operations.Operation ended, LimiQuantix.Operations.OperationPhase phase, string place) =>
        If(ended.Phase != phase, $"{place}: the operation {ended.Phase}, not {phase}: {ended.Error?.Message}");
}
