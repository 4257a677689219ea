using LimiQuantix.Guest.Agent.FileSystems;
using LimiQuantix.Guest.Agent.Native;
using LimiQuantix.Guest.Agent.Sessions;
using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest.Agent.Machine;

/// <summary>How much the guest uses: once, or again and again until the host lets go.</summary>
internal static unsafe class TelemetryVerb
{
    private const int MaxProcessors = 256;
    private const int MaxMounts = 64;
    private const int MaxDisks = 64;
    private const int LeastInterval = 1000;
    private const int MostInterval = 60_000;

    public static Close Run(WorkStream stream, TelemetryRequest request)
    {
        if (request.IntervalMs == 0)
            return new Close { Telemetry = Read() };
        int interval = (int)Math.Clamp(request.IntervalMs, LeastInterval, MostInterval);
        Random random = new();
        while (true)
        {
            // Waits for credit when the host does not read: nothing piles up, and what is sent is of now.
            stream.Send(new Message { Telemetry = Read() });
            stream.Pause(interval + random.Next(-interval / 20, (interval / 20) + 1));
        }
    }

    public static Telemetry Read()
    {
        Telemetry telemetry = new() { UptimeMs = SystemFacts.Uptime(), TimeUnixMs = (ulong)Clock.NowUnixMs() };
        (telemetry.Total, List<ProcessorTimes> processors) = ProcFiles.Processors(FileDescriptor.ReadText("/proc/stat") ?? "");
        telemetry.Processors.AddRange(Bounded(processors, MaxProcessors, "processors", telemetry));
        (telemetry.Load1, telemetry.Load5, telemetry.Load15, telemetry.Processes) = ProcFiles.Load(FileDescriptor.ReadText("/proc/loadavg") ?? "");
        telemetry.Memory = ProcFiles.Memory(FileDescriptor.ReadText("/proc/meminfo") ?? "");
        telemetry.CpuPressure = ProcFiles.Pressure(FileDescriptor.ReadText("/proc/pressure/cpu"));
        telemetry.MemoryPressure = ProcFiles.Pressure(FileDescriptor.ReadText("/proc/pressure/memory"));
        telemetry.IoPressure = ProcFiles.Pressure(FileDescriptor.ReadText("/proc/pressure/io"));
        telemetry.Mounts.AddRange(Bounded(Mounts.OnDisks(), MaxMounts, "mounts", telemetry).Select(Use).OfType<MountUse>());
        List<DiskCounters> disks = ProcFiles.Disks(FileDescriptor.ReadText("/proc/diskstats") ?? "", IsDisk);
        telemetry.Disks.AddRange(Bounded(disks, MaxDisks, "disks", telemetry));
        foreach (DiskCounters disk in telemetry.Disks)
        {
            disk.Serial = FileDescriptor.ReadText($"/sys/block/{disk.Name}/serial")?.Trim() ?? "";
            disk.Size = ProcFiles.Number(FileDescriptor.ReadText($"/sys/block/{disk.Name}/size")?.Trim() ?? "") * 512;
        }

        (List<NetworkInterface> interfaces, bool truncated) = Network.Interfaces();
        telemetry.Interfaces.AddRange(interfaces);
        if (truncated)
            telemetry.Truncated.Add("interfaces");
        return telemetry;
    }

    private static IEnumerable<T> Bounded<T>(List<T> all, int most, string name, Telemetry telemetry)
    {
        if (all.Count > most)
            telemetry.Truncated.Add(name);
        return all.Take(most);
    }

    private static bool IsDisk(string name) => !name.StartsWith("loop", StringComparison.Ordinal) && !name.StartsWith("ram", StringComparison.Ordinal)
        && Directory.Exists($"/sys/block/{name}");

    private static MountUse? Use(Mounts.Mount mount)
    {
        ulong* facts = stackalloc ulong[16];
        if (Libc.StatFileSystem(mount.Path, facts) < 0)
            return null;
        (ulong block, ulong total, ulong free, ulong available) = (facts[1], facts[2], facts[3], facts[4]);
        return new MountUse
        {
            Path = mount.Path,
            Type = mount.Type,
            Device = mount.Device,
            Total = total * block,
            Used = (total - Math.Min(free, total)) * block,
            Available = Math.Min(available, total) * block,
            Inodes = facts[5],
            InodesFree = facts[6],
            IsReadOnly = mount.IsReadOnly,
        };
    }
}
