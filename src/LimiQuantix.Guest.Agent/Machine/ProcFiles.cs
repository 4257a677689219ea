using System.Globalization;
using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest.Agent.Machine;

/// <summary>Reads what the kernel says in /proc (proc(5)). Whatever the text, the answer is bounded and nothing is thrown.</summary>
internal static class ProcFiles
{
    /// <summary>User-space's clock ticks: 100 a second on every processor of ours.</summary>
    private const ulong TickMs = 10;

    private const int MaxProcessors = 256;
    private const int MaxDisks = 64;
    private const ulong Sector = 512;

    /// <summary>/proc/stat: all processors together, each, and how many processes were ever made is passed over.</summary>
    public static (ProcessorTimes Total, List<ProcessorTimes> Each) Processors(string text)
    {
        ProcessorTimes total = new();
        List<ProcessorTimes> each = [];
        foreach (string line in text.Split('\n'))
        {
            if (!line.StartsWith("cpu", StringComparison.Ordinal))
                continue;
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            ulong At(int i) => i < words.Length ? Number(words[i]) * TickMs : 0;
            ProcessorTimes times = new()
            {
                User = At(1), Nice = At(2), System = At(3), Idle = At(4), Iowait = At(5), Irq = At(6) + At(7), Steal = At(8),
            };
            if (words[0] == "cpu")
                total = times;
            else if (each.Count <= MaxProcessors)
                each.Add(times);
        }

        return (total, each);
    }

    /// <summary>/proc/meminfo.</summary>
    public static MemoryUse Memory(string text)
    {
        MemoryUse memory = new();
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2)
                continue;
            ulong bytes = Number(words[1]) * 1024;
            switch (words[0])
            {
                case "MemTotal:": memory.Total = bytes; break;
                case "MemFree:": memory.Free = bytes; break;
                case "MemAvailable:": memory.Available = bytes; break;
                case "Cached:": memory.Cached = bytes; break;
                case "SwapTotal:": memory.SwapTotal = bytes; break;
                case "SwapFree:": memory.SwapFree = bytes; break;
                case "Dirty:": memory.Dirty = bytes; break;
            }
        }

        return memory;
    }

    /// <summary>/proc/loadavg: the three loads and the number of processes.</summary>
    public static (double One, double Five, double Fifteen, uint Processes) Load(string text)
    {
        string[] words = text.Split(' ');
        double At(int i) => i < words.Length && double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : 0;
        string all = words.Length > 3 ? words[3][(words[3].IndexOf('/', StringComparison.Ordinal) + 1)..] : "";
        return (At(0), At(1), At(2), (uint)Math.Min(Number(all), uint.MaxValue));
    }

    /// <summary>/proc/pressure/*; null where the kernel has none.</summary>
    public static Pressure? Pressure(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        Pressure pressure = new();
        foreach (string line in text.Split('\n'))
        {
            // some avg10=0.00 avg60=0.00 avg300=0.00 total=0
            string[] words = line.Split(' ');
            double Average(string name) => words.FirstOrDefault(w => w.StartsWith(name, StringComparison.Ordinal)) is { } word
                && double.TryParse(word.AsSpan(name.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : 0;
            ulong total = words.FirstOrDefault(w => w.StartsWith("total=", StringComparison.Ordinal)) is { } t ? Number(t[6..]) : 0;
            if (words[0] == "some")
                (pressure.Some10, pressure.Some60, pressure.SomeTotalUs) = (Average("avg10="), Average("avg60="), total);
            else if (words[0] == "full")
                (pressure.Full10, pressure.Full60, pressure.FullTotalUs) = (Average("avg10="), Average("avg60="), total);
        }

        return pressure;
    }

    /// <summary>/proc/diskstats, whole disks alone: <paramref name="isDisk"/> says which names are.</summary>
    public static List<DiskCounters> Disks(string text, Func<string, bool> isDisk)
    {
        List<DiskCounters> disks = [];
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 14 || disks.Count > MaxDisks || !isDisk(words[2]))
                continue;
            disks.Add(new DiskCounters
            {
                Name = words[2],
                Reads = Number(words[3]),
                ReadBytes = Number(words[5]) * Sector,
                ReadMs = Number(words[6]),
                Writes = Number(words[7]),
                WrittenBytes = Number(words[9]) * Sector,
                WriteMs = Number(words[10]),
                BusyMs = Number(words[12]),
            });
        }

        return disks;
    }

    /// <summary>/proc/uptime's first number, in milliseconds.</summary>
    public static ulong Seconds(string text) =>
        double.TryParse(text.Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and < 1e12 ? (ulong)(seconds * 1000) : 0;

    /// <summary>A number, or 0; one that would overflow when it is multiplied is cut.</summary>
    public static ulong Number(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? Math.Min(value, 1UL << 53) : 0;
}
