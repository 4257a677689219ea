using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using LimiQuantix;
using Spectre.Console;

namespace QuickStart;

/// <summary>What happened, for a person as a table and for a program as a line of JSON.</summary>
internal sealed class Report(QuickStartOptions options)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
    private readonly List<(string Step, double Seconds)> _steps = [];
    private string? _error;

    public bool IsOk { get; private set; }

    public bool TokenSeen { get; set; }

    public string? ImageSource { get; set; }

    public string? Sha256 { get; set; }

    public string? Screenshot { get; set; }

    public void Succeed() => IsOk = true;

    public void Fail(Exception exception) =>
        _error = exception is LimiQuantixException known ? $"{known.Code}: {known.Message}" : exception.Message;

    public Task TimeAsync(string step, Func<Task> job) => TimeAsync(step, async () =>
    {
        await job();
        return true;
    });

    public async Task<T> TimeAsync<T>(string step, Func<Task<T>> job)
    {
        var begin = Stopwatch.GetTimestamp();
        try
        {
            return await job();
        }
        finally
        {
            _steps.Add((step, Stopwatch.GetElapsedTime(begin).TotalSeconds));
        }
    }

    public void WriteTo(IAnsiConsole console)
    {
        var table = new Table().AddColumn("step").AddColumn(new TableColumn("seconds").RightAligned());
        foreach (var (step, seconds) in _steps) table.AddRow(step, seconds.ToString("0.0", CultureInfo.InvariantCulture));
        table.AddRow("total", _steps.Sum(s => s.Seconds).ToString("0.0", CultureInfo.InvariantCulture));
        console.Write(table);
        if (!options.Json) return;
        Console.WriteLine(JsonSerializer.Serialize(
            new
            {
                ok = IsOk,
                token = options.Token,
                tokenSeen = TokenSeen,
                imageSource = ImageSource,
                sha256 = Sha256,
                screenshot = Screenshot,
                seconds = _steps.ToDictionary(s => s.Step, s => Math.Round(s.Seconds, 2)),
                error = _error,
            },
            Json));
    }
}
