using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BenchmarkDotNet.Reports;

namespace LimiQuantix.Benchmarks;

/// <summary>The house's rows of what BenchmarkDotNet measured.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<Row> _rows = [];
    private readonly List<string> _lines = [];

    public Report(IEnumerable<Summary> summaries)
    {
        BenchmarkReport[] reports = [.. summaries.SelectMany(summary => summary.Reports)];
        foreach (HotPath path in HotPath.All)
        {
            BenchmarkReport ours = reports.Single(report => Is(report, path.Method));
            BenchmarkReport? peer = reports.SingleOrDefault(report => Peer(report)?.Work == path.Work);
            var (time, allocated) = Figures(ours);
            (double Time, double Allocated)? theirs = peer is null ? null : Figures(peer);
            string? name = peer is null ? null : Peer(peer)!.Name;
            _rows.Add(Row.Of(path.Work, "ns", time, theirs?.Time, name));
            _rows.Add(Row.Of(path.Work, "bytes allocated", allocated, theirs?.Allocated, name));
            _lines.Add($"| {path.Work} | {Number(time)} | {Number(allocated)} | {name} | {Number(theirs?.Time)} | {Number(theirs?.Allocated)} | {(theirs is null ? "" : (time / theirs.Value.Time).ToString("0.00", CultureInfo.InvariantCulture))} |");
        }
    }

    public string ToJson() => JsonSerializer.Serialize(new { Rows = _rows }, Json);

    public string ToMarkdown() => new StringBuilder()
        .AppendLine("# Micro-benchmarks of the hot paths").AppendLine()
        .AppendLine(CultureInfo.InvariantCulture, $"`./bench.sh micro` on {Environment.ProcessorCount} cores, {DateTime.UtcNow:yyyy-MM-dd}, load average {Load()}, .NET {Environment.Version}, BenchmarkDotNet in this process.")
        .AppendLine("Each figure is of one operation: nanoseconds (the mean) and bytes allocated. Where a peer has the same work it stands beside; the ratio is of")
        .AppendLine("the times. What an operation may allocate is in `benchmarks/LimiQuantix.Benchmarks/allocations.json`, which a test compares with what it does.").AppendLine()
        .AppendLine("| work | ns | bytes | peer | peer's ns | peer's bytes | ratio |")
        .AppendLine("|---|---|---|---|---|---|---|")
        .AppendJoin('\n', _lines).AppendLine()
        .ToString();

    private static bool Is(BenchmarkReport report, MethodInfo method) => report.BenchmarkCase.Descriptor.WorkloadMethod == method;

    private static PeerAttribute? Peer(BenchmarkReport report) => report.BenchmarkCase.Descriptor.WorkloadMethod.GetCustomAttribute<PeerAttribute>();

    private static (double Time, double Allocated) Figures(BenchmarkReport report) => report.ResultStatistics is { } statistics
        ? (statistics.Mean, report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0)
        : throw new InvalidOperationException($"{report.BenchmarkCase.DisplayInfo} has no result: it failed.");

    private static string Number(double? value) => value switch
    {
        null => "",
        < 10 => value.Value.ToString("0.##", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("#,0", CultureInfo.InvariantCulture),
    };

    private static string Load() => File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]) : "unknown";

    private sealed record Row(string Work, string Unit, double Ours, double? Peer, string? PeerName, double? Ratio, double? Target)
    {
        public static Row Of(string work, string unit, double ours, double? peer, string? name) =>
            new(work, unit, Math.Round(ours, 1), peer is { } value ? Math.Round(value, 1) : null, name, peer is > 0 ? Math.Round(ours / peer.Value, 2) : null, null);
    }
}
