using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>A domain's memory as the guest's balloon and the host see it. What neither of them tells is null.</summary>
public sealed record DomainMemoryStatistics
{
    /// <summary>What the domain has (<c>actual</c>).</summary>
    public long? ActualBytes { get; init; }

    /// <summary>What the guest sees.</summary>
    public long? AvailableBytes { get; init; }

    /// <summary>What the guest leaves unused.</summary>
    public long? UnusedBytes { get; init; }

    /// <summary>What the guest could use without swapping.</summary>
    public long? UsableBytes { get; init; }

    /// <summary>What the guest could take back of its caches.</summary>
    public long? DiskCachesBytes { get; init; }

    /// <summary>What the hypervisor's process takes of the host's memory.</summary>
    public long? ResidentBytes { get; init; }

    /// <summary>What the guest has read from its swap.</summary>
    public long? SwappedInBytes { get; init; }

    /// <summary>What the guest has written to its swap.</summary>
    public long? SwappedOutBytes { get; init; }

    /// <summary>The guest's page faults that needed a disk.</summary>
    public long? MajorFaults { get; init; }

    /// <summary>The guest's other page faults.</summary>
    public long? MinorFaults { get; init; }

    /// <summary>Huge pages the guest was given.</summary>
    public long? HugePageAllocations { get; init; }

    /// <summary>Huge pages the guest asked for in vain.</summary>
    public long? HugePageFailures { get; init; }

    /// <summary>When the balloon last told.</summary>
    public DateTimeOffset? LastUpdate { get; init; }

    internal static DomainMemoryStatistics FromWire(DomainMemoryStat[] wire)
    {
        var values = new Dictionary<DomainMemoryStatTags, ulong>();
        foreach (DomainMemoryStat stat in wire)
            values[(DomainMemoryStatTags)stat.Tag] = stat.Val;
        return new DomainMemoryStatistics
        {
            ActualBytes = Bytes(DomainMemoryStatTags.ActualBalloon),
            AvailableBytes = Bytes(DomainMemoryStatTags.Available),
            UnusedBytes = Bytes(DomainMemoryStatTags.Unused),
            UsableBytes = Bytes(DomainMemoryStatTags.Usable),
            DiskCachesBytes = Bytes(DomainMemoryStatTags.DiskCaches),
            ResidentBytes = Bytes(DomainMemoryStatTags.Rss),
            SwappedInBytes = Bytes(DomainMemoryStatTags.SwapIn),
            SwappedOutBytes = Bytes(DomainMemoryStatTags.SwapOut),
            MajorFaults = Count(DomainMemoryStatTags.MajorFault),
            MinorFaults = Count(DomainMemoryStatTags.MinorFault),
            HugePageAllocations = Count(DomainMemoryStatTags.HugetlbPgalloc),
            HugePageFailures = Count(DomainMemoryStatTags.HugetlbPgfail),
            // 0 before the guest has told anything.
            LastUpdate = Count(DomainMemoryStatTags.LastUpdate) is > 0 and <= 253_402_300_799 and long seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
        };

        long? Bytes(DomainMemoryStatTags tag) => values.TryGetValue(tag, out ulong kibibytes) ? SizeUnits.FromKibibytes(kibibytes) : null;

        long? Count(DomainMemoryStatTags tag) => values.TryGetValue(tag, out ulong count) ? WireNumber.From(count) : null;
    }
}
