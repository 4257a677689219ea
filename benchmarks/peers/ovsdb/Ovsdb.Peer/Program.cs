// A worker of the benchmark: does what its standard input says, one task a line, and answers with one line of JSON each.
//   Ovsdb.Peer ENDPOINT
using System.Diagnostics;
using System.Globalization;
using Ovsdb.Peer;

string endpoint = args[0];
Console.WriteLine("ready");
using Process self = Process.GetCurrentProcess();
var work = new Work(endpoint);
while (await Console.In.ReadLineAsync() is { } line)
{
    string[] task = line.Split(' ');
    int count = task.Length > 1 ? int.Parse(task[1], CultureInfo.InvariantCulture) : 0;
    await work.PrepareAsync(task[0], count);
    self.Refresh();
    TimeSpan processor = self.TotalProcessorTime;
    long allocated = GC.GetTotalAllocatedBytes(precise: true);
    long start = Stopwatch.GetTimestamp();
    long[] ticks = await work.RunAsync(task[0], count);
    double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
    allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
    self.Refresh();
    double busy = (self.TotalProcessorTime - processor).TotalSeconds;
    Array.Sort(ticks);
    double Microseconds(double quantile) => ticks.Length == 0 ? 0 : ticks[(int)(quantile * (ticks.Length - 1))] * 1e6 / Stopwatch.Frequency;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $$"""{"seconds":{{seconds:F6}},"cpu":{{busy:F4}},"count":{{count}},"allocated":{{allocated}},"rss":{{self.WorkingSet64}},"p50us":{{Microseconds(0.5):F1}},"p99us":{{Microseconds(0.99):F1}}}"""));
}
