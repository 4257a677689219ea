using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LimiQuantix.Benchmarks.Allocations;

/// <summary>
/// allocations.json: how many bytes an operation of each benchmark may allocate, and why it is so many. A figure rises only together with
/// its reason.
/// </summary>
internal sealed class AllocationBook
{
    // What one run and the next may differ by: a dictionary that grows, a pool that another thread emptied, a watch that found two changes at once.
    private const long Slack = 32;
    private const double SlackShare = 0.1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly SortedDictionary<string, AllocationFigure> _figures;

    public AllocationBook(IEnumerable<AllocationFigure> figures) =>
        _figures = new(figures.ToDictionary(figure => figure.Work), StringComparer.Ordinal);

    public static AllocationBook Parse(string json) => new(JsonSerializer.Deserialize<AllocationFigure[]>(json, Json)!);

    public override string ToString() => JsonSerializer.Serialize(_figures.Values, Json) + "\n";

    /// <summary>What is wrong with what was measured, in sentences; nothing when it is what the book says.</summary>
    public IReadOnlyList<string> Compare(IReadOnlyDictionary<string, long> measured)
    {
        List<string> faults = [];
        foreach ((string work, long bytes) in measured)
        {
            if (!_figures.TryGetValue(work, out AllocationFigure? figure))
                faults.Add($"'{work}' allocates {bytes} bytes and has no figure: ./bench.sh micro --allow \"{work}\" 'WHY'");
            else if (bytes > figure.Bytes + SlackOf(figure))
                faults.Add($"'{work}' allocates {bytes} bytes, {bytes - figure.Bytes} more than its {figure.Bytes}: allocate less, or say why: ./bench.sh micro --allow \"{work}\" 'WHY'");
            else if (bytes < figure.Bytes - SlackOf(figure))
                faults.Add($"'{work}' allocates {bytes} bytes, {figure.Bytes - bytes} fewer than its {figure.Bytes}: keep it so: ./bench.sh micro --lower");
        }

        faults.AddRange(_figures.Keys.Except(measured.Keys).Select(gone => $"'{gone}' has a figure and is no benchmark any more: ./bench.sh micro --lower"));
        return faults;
    }

    /// <summary>Takes a figure that has risen, or a new one, with its reason; the reasons before it stay.</summary>
    /// <exception cref="ArgumentException">There is no reason, or nothing has risen.</exception>
    public void Allow(string work, long bytes, string why)
    {
        if (string.IsNullOrWhiteSpace(why))
            throw new ArgumentException("A figure rises only with a reason.", nameof(why));
        AllocationFigure? before = _figures.GetValueOrDefault(work);
        if (before is not null && bytes <= before.Bytes)
            throw new ArgumentException($"'{work}' allocates {bytes} bytes, no more than its {before.Bytes}: nothing is to be allowed.", nameof(bytes));
        _figures[work] = new AllocationFigure { Work = work, Bytes = bytes, Slack = before?.Slack, Why = [.. before?.Why ?? [], before is null ? $"{bytes}: {why}" : $"{before.Bytes} to {bytes}: {why}"] };
    }

    /// <summary>Takes the figures that have fallen, and leaves out what is gone.</summary>
    public void Lower(IReadOnlyDictionary<string, long> measured)
    {
        foreach ((string work, AllocationFigure figure) in _figures.ToArray())
        {
            if (!measured.TryGetValue(work, out long bytes))
                _figures.Remove(work);
            else if (bytes < figure.Bytes - SlackOf(figure))
                _figures[work] = figure with { Bytes = bytes };
        }
    }

    private static long SlackOf(AllocationFigure figure) => Math.Max(Slack, (long)(figure.Bytes * (figure.Slack ?? SlackShare)));
}

/// <summary>What one benchmark may allocate.</summary>
internal sealed record AllocationFigure
{
    public required string Work { get; init; }

    /// <summary>Bytes an operation.</summary>
    public required long Bytes { get; init; }

    /// <summary>The share that one run and the next may differ by, where it is more than usual: work on several threads meets different halves of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Slack { get; init; }

    /// <summary>Why it is so many: one reason for each time that it rose.</summary>
    public IReadOnlyList<string> Why { get; init; } = [];
}
