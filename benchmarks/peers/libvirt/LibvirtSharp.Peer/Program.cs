// A worker of the benchmark: does what its standard input says, one task a line, and answers with one line of JSON each.
//   LibvirtSharp.Peer ours|pinvoke URI DOMAIN
using System.Diagnostics;
using System.Globalization;
using LibvirtSharp.Peer;

await using IPeer peer = args[0] == "ours" ? await OurPeer.OpenAsync(args[1], args[2]) : new NativePeer(args[1], args[2]);
Console.WriteLine("ready");
using Process self = Process.GetCurrentProcess();
while (await Console.In.ReadLineAsync() is { } line)
{
    string[] task = line.Split(' ');
    long[] ticks = task[0] == "getinfo" ? new long[int.Parse(task[1], CultureInfo.InvariantCulture)] : [];
    int count = ticks.Length;
    self.Refresh();
    TimeSpan processor = self.TotalProcessorTime;
    long allocated = GC.GetTotalAllocatedBytes(precise: true);
    long start = Stopwatch.GetTimestamp();
    switch (task[0])
    {
        case "getinfo": await peer.GetInfoAsync(ticks); break;
        case "listinfo": count = await peer.ListInfoAsync(); break;
        case "inflight": await peer.InFlightAsync(count = int.Parse(task[1], CultureInfo.InvariantCulture)); break;
        case "stats": count = await peer.AllStatsAsync(); break;
        case "upload": await peer.UploadAsync(task[1], task[2]); break;
        case "download": await peer.DownloadAsync(task[1], task[2], sparse: false); break;
        case "sparse": await peer.DownloadAsync(task[1], task[2], sparse: true); break;
        default: throw new ArgumentException($"No such task: {task[0]}");
    }
    double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
    allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
    self.Refresh();
    double busy = (self.TotalProcessorTime - processor).TotalSeconds;
    Array.Sort(ticks);
    double Microseconds(double quantile) => ticks.Length == 0 ? 0 : ticks[(int)(quantile * (ticks.Length - 1))] * 1e6 / Stopwatch.Frequency;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $$"""{"seconds":{{seconds:F6}},"cpu":{{busy:F4}},"count":{{count}},"allocated":{{allocated}},"p50us":{{Microseconds(0.5):F1}},"p99us":{{Microseconds(0.99):F1}}}"""));
}
