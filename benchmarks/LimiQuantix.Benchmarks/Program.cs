using System.Diagnostics;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using LimiQuantix.Benchmarks;
using LimiQuantix.Benchmarks.Allocations;
using Perfolizer.Horology;

// run [--quick] [--only TEXT] [FOLDER]   measures; writes micro.json and micro.md into the folder
// allocations BOOK                       compares what each benchmark allocates with the book
// allow BOOK WORK WHY                    writes a figure that has risen, or a new one, into the book
// lower BOOK                             writes the figures that have fallen into the book
string[] rest = args.Length > 1 ? args[1..] : [];
switch (args.FirstOrDefault())
{
    case "run":
        return Run(rest);
    case "allocations" or "allow" or "lower" when rest.Length > 0:
        return IsSteady() ? await AllocationCommands.RunAsync(args[0], rest) : RunSteady(args);
    default:
        Console.Error.WriteLine("usage: run [--quick] [--only TEXT] [FOLDER] | allocations BOOK | allow BOOK WORK WHY | lower BOOK");
        return 2;
}

static int Run(string[] arguments)
{
    bool quick = arguments.Contains("--quick");
    int only = Array.IndexOf(arguments, "--only");
    string? folder = arguments.LastOrDefault(argument => !argument.StartsWith('-') && (only < 0 || argument != arguments[only + 1]));
    // In this process: nothing is generated or built, and internals are measured as they are.
    Job job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
        .WithWarmupCount(quick ? 1 : 8).WithIterationCount(quick ? 3 : 15).WithIterationTime(TimeInterval.FromMilliseconds(quick ? 10 : 100));
    IConfig config = ManualConfig.CreateEmpty()
        .AddJob(job)
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .AddLogger(ConsoleLogger.Default)
        .WithOptions(ConfigOptions.DisableLogFile | ConfigOptions.JoinSummary | ConfigOptions.StopOnFirstError)
        .WithArtifactsPath(Path.Combine(Path.GetTempPath(), $"benchmarks-{Environment.ProcessId}"));
    Type[] types = [.. typeof(HotPath).Assembly.GetTypes().Where(type => type.GetMethods().Any(method => method.IsDefined(typeof(WorkAttribute), false)))];
    if (only >= 0)
        types = [.. types.Where(type => type.Name.Contains(arguments[only + 1], StringComparison.OrdinalIgnoreCase))];
    var summaries = BenchmarkRunner.Run(types, config);
    if (summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)))
        return 1;
    if (only >= 0)
        return 0;
    var report = new Report(summaries);
    Console.WriteLine(report.ToMarkdown());
    if (folder is not null)
    {
        File.WriteAllText(Path.Combine(folder, "micro.json"), report.ToJson());
        File.WriteAllText(Path.Combine(folder, "micro.md"), report.ToMarkdown());
    }

    return 0;
}

static bool IsSteady() => AllocationMeter.Environment.All(variable => Environment.GetEnvironmentVariable(variable.Key) == variable.Value);

static int RunSteady(string[] arguments)
{
    var start = new ProcessStartInfo(Environment.ProcessPath!, arguments);
    foreach ((string name, string value) in AllocationMeter.Environment)
        start.Environment[name] = value;
    using Process process = Process.Start(start)!;
    process.WaitForExit();
    return process.ExitCode;
}
