using LimiQuantix.Guest.Protos;

namespace LimiQuantix.Guest;

/// <summary>
/// How much the guest uses of what it has, as it says: counters since its boot, not rates. Lists are bounded and cut lists named; numbers
/// that cannot be are brought into range and <see cref="IsClamped"/> says so.
/// </summary>
public sealed record GuestTelemetry
{
    private const int MaxProcessors = 256;
    private const int MaxMounts = 64;
    private const int MaxDisks = 64;
    private const double MaxLoad = 1_000_000;

    /// <summary>When this side received it.</summary>
    public required DateTimeOffset ObservedAt { get; init; }

    /// <summary>How long the guest is up.</summary>
    public required TimeSpan Uptime { get; init; }

    /// <summary>The time of all processors together.</summary>
    public required ProcessorUse Total { get; init; }

    /// <summary>The time of each processor, up to 256.</summary>
    public required IReadOnlyList<ProcessorUse> Processors { get; init; }

    /// <summary>The load of the last one, five and fifteen minutes.</summary>
    public required (double One, double Five, double Fifteen) Load { get; init; }

    /// <summary>The share of the last ten seconds, 0 to 100, in which some work waited for processor, memory, disks; null where the kernel does not say.</summary>
    public required (double Processor, double Memory, double Disks)? Pressure { get; init; }

    /// <summary>Memory.</summary>
    public required MemoryState Memory { get; init; }

    /// <summary>Mounted file systems, up to 64.</summary>
    public required IReadOnlyList<Mount> Mounts { get; init; }

    /// <summary>Disks, up to 64.</summary>
    public required IReadOnlyList<Disk> Disks { get; init; }

    /// <summary>Network interfaces, up to 32.</summary>
    public required IReadOnlyList<GuestInterface> Interfaces { get; init; }

    /// <summary>How many processes there are.</summary>
    public required int Processes { get; init; }

    /// <summary>The lists that were cut, here or in the guest.</summary>
    public required IReadOnlyList<string> Truncated { get; init; }

    /// <summary>Whether a number could not be and was brought into range.</summary>
    public required bool IsClamped { get; init; }

    internal static GuestTelemetry Of(Telemetry t, DateTimeOffset observed)
    {
        MemoryUse memory = t.Memory ?? new MemoryUse();
        return new GuestTelemetry
        {
            ObservedAt = observed,
            Uptime = Claimed.Milliseconds(t.UptimeMs),
            Total = ProcessorUse.Of(t.Total ?? new ProcessorTimes()),
            Processors = [.. t.Processors.Take(MaxProcessors).Select(ProcessorUse.Of)],
            Load = (Claimed.Number(t.Load1, MaxLoad), Claimed.Number(t.Load5, MaxLoad), Claimed.Number(t.Load15, MaxLoad)),
            Pressure = t.CpuPressure is null ? null
                : (Claimed.Number(t.CpuPressure.Some10, 100), Claimed.Number(t.MemoryPressure?.Some10 ?? 0, 100), Claimed.Number(t.IoPressure?.Some10 ?? 0, 100)),
            Memory = new MemoryState(Claimed.Size(memory.Total), Claimed.Part(memory.Available, memory.Total), Claimed.Part(memory.Cached, memory.Total),
                Claimed.Size(memory.SwapTotal), Claimed.Part(memory.SwapFree, memory.SwapTotal)),
            Mounts = [.. t.Mounts.Take(MaxMounts).Select(Mount.Of)],
            Disks = [.. t.Disks.Take(MaxDisks).Select(Disk.Of)],
            Interfaces = [.. t.Interfaces.Take(GuestInterface.Max).Select(GuestInterface.Of)],
            Processes = (int)Math.Min(t.Processes, int.MaxValue),
            Truncated = [.. Cut(t)],
            IsClamped = IsAbsurd(t, memory),
        };
    }

    private static IEnumerable<string> Cut(Telemetry t) => t.Truncated.Take(8).Select(name => GuestText.Clean(name, 32))
        .Concat(t.Processors.Count > MaxProcessors ? ["processors"] : [])
        .Concat(t.Mounts.Count > MaxMounts ? ["mounts"] : [])
        .Concat(t.Disks.Count > MaxDisks ? ["disks"] : [])
        .Concat(t.Interfaces.Count > GuestInterface.Max || t.Interfaces.Any(i => i.Addresses.Count > GuestInterface.MaxAddresses) ? ["interfaces"] : [])
        .Distinct(StringComparer.Ordinal);

    private static bool IsAbsurd(Telemetry t, MemoryUse memory) =>
        new[] { t.Load1, t.Load5, t.Load15 }.Any(l => Claimed.IsAbsurd(l, MaxLoad))
        || new[] { t.CpuPressure, t.MemoryPressure, t.IoPressure }.Any(p => p is not null && Claimed.IsAbsurd(p.Some10, 100))
        || memory.Available > memory.Total || memory.SwapFree > memory.SwapTotal || memory.Cached > memory.Total || memory.Total > 1UL << 60
        || t.Mounts.Take(MaxMounts).Any(m => m.Used > m.Total || m.Available > m.Total || m.Total > 1UL << 60);

    /// <summary>A processor's time since boot.</summary>
    public sealed record ProcessorUse(TimeSpan User, TimeSpan System, TimeSpan Idle, TimeSpan WaitingForDisks, TimeSpan Stolen)
    {
        internal static ProcessorUse Of(ProcessorTimes p) => new(
            Claimed.Milliseconds(p.User) + Claimed.Milliseconds(p.Nice), Claimed.Milliseconds(p.System) + Claimed.Milliseconds(p.Irq),
            Claimed.Milliseconds(p.Idle), Claimed.Milliseconds(p.Iowait), Claimed.Milliseconds(p.Steal));
    }

    /// <summary>Memory in bytes.</summary>
    public sealed record MemoryState(long TotalBytes, long AvailableBytes, long CachedBytes, long SwapTotalBytes, long SwapFreeBytes);

    /// <summary>A mounted file system.</summary>
    public sealed record Mount(string Path, string Type, string Device, long TotalBytes, long UsedBytes, long AvailableBytes, bool IsReadOnly)
    {
        internal static Mount Of(MountUse m) => new(
            GuestText.Clean(m.Path, 1024), GuestText.Clean(m.Type, 64), GuestText.Clean(m.Device, 256),
            Claimed.Size(m.Total), Claimed.Part(m.Used, m.Total), Claimed.Part(m.Available, m.Total), m.IsReadOnly);
    }

    /// <summary>A disk's counters since boot.</summary>
    public sealed record Disk(string Name, string Serial, long SizeBytes, long Reads, long ReadBytes, long Writes, long WrittenBytes, TimeSpan Busy)
    {
        internal static Disk Of(DiskCounters d) => new(
            GuestText.Clean(d.Name, 64), GuestText.Clean(d.Serial, 64), Claimed.Size(d.Size), Claimed.Size(d.Reads), Claimed.Size(d.ReadBytes),
            Claimed.Size(d.Writes), Claimed.Size(d.WrittenBytes), Claimed.Milliseconds(d.BusyMs));
    }
}
