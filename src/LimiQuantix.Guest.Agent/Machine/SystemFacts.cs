using System.Reflection;
using LimiQuantix.Guest.Agent.Native;
using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest.Agent.Machine;

/// <summary>Facts of the guest that change rarely.</summary>
internal static unsafe class SystemFacts
{
    private static readonly long StartedAt = Environment.TickCount64;

    public static string AgentVersion { get; } =
        typeof(SystemFacts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static string BootId() => FileDescriptor.ReadText("/proc/sys/kernel/random/boot_id")?.Trim() ?? "";

    public static InfoResult Info()
    {
        Dictionary<string, string> release = OsRelease(FileDescriptor.ReadText("/etc/os-release") ?? FileDescriptor.ReadText("/usr/lib/os-release") ?? "");
        byte* names = stackalloc byte[65 * 6];
        _ = Libc.SystemName(names);
        return new InfoResult
        {
            OsId = release.GetValueOrDefault("ID", ""),
            OsVersion = release.GetValueOrDefault("VERSION_ID", ""),
            OsName = release.GetValueOrDefault("PRETTY_NAME", ""),
            Hostname = FileDescriptor.Text(names + 65),
            Kernel = FileDescriptor.Text(names + 130),
            Architecture = FileDescriptor.Text(names + 260),
            BootId = BootId(),
            MachineId = FileDescriptor.ReadText("/etc/machine-id")?.Trim() ?? "",
            UptimeMs = Uptime(),
            TimeUnixMs = (ulong)Clock.NowUnixMs(),
            Processors = (uint)Environment.ProcessorCount,
            MemoryBytes = ProcFiles.Memory(FileDescriptor.ReadText("/proc/meminfo") ?? "").Total,
            AgentVersion = AgentVersion,
            AgentUptimeMs = (uint)Math.Min(Environment.TickCount64 - StartedAt, uint.MaxValue),
            AgentMemoryBytes = ResidentBytes(),
            TimeZone = FileDescriptor.ReadText("/etc/timezone")?.Trim() ?? "",
        };
    }

    public static ulong Uptime() => ProcFiles.Seconds(FileDescriptor.ReadText("/proc/uptime") ?? "");

    /// <summary>os-release(5).</summary>
    public static Dictionary<string, string> OsRelease(string text)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (string line in text.Split('\n'))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line[0] != '#')
                values[line[..equals].Trim()] = line[(equals + 1)..].Trim().Trim('"', '\'');
        }

        return values;
    }

    private static ulong ResidentBytes()
    {
        string[]? words = FileDescriptor.ReadText("/proc/self/statm")?.Split(' ');
        return words is { Length: > 1 } && ulong.TryParse(words[1], out ulong pages) ? pages * (ulong)Environment.SystemPageSize : 0;
    }
}
