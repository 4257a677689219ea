using LimiQuantix.Operations;
using Spectre.Console;

namespace QuickStart;

/// <summary>What a person sees: on standard error when the last line of standard output is for a program.</summary>
internal static class Terminal
{
    public static IAnsiConsole Create(bool isJson) => isJson
        ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) })
        : AnsiConsole.Console;

    /// <summary>Shows a job's progress with a bar, speed and the time that is left.</summary>
    public static Task<T> WithProgressAsync<T>(IAnsiConsole console, Func<IProgress<OperationProgress>, Task<T>> job) => console.Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
        .StartAsync(async context =>
        {
            var bars = new Dictionary<string, ProgressTask>();
            return await job(new Bars(context, bars));
        });

    private sealed class Bars(ProgressContext context, Dictionary<string, ProgressTask> bars) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value)
        {
            if (!bars.TryGetValue(value.Step, out var bar))
            {
                foreach (var earlier in bars.Values) earlier.Value = earlier.MaxValue;
                bars[value.Step] = bar = context.AddTask(value.Step, maxValue: 1);
            }

            if (value.Total is > 0) bar.MaxValue = value.Total.Value;
            bar.Value = value.Total is > 0 ? value.Completed : bar.MaxValue;
        }
    }
}
