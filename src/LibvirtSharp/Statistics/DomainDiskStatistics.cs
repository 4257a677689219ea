namespace LibvirtSharp;

/// <summary>A disk's counters since the domain's start, and its sizes.</summary>
/// <param name="Name">Its target, <c>vda</c>.</param>
/// <param name="Path">Its source on the host.</param>
/// <param name="ReadRequests">Reads.</param>
/// <param name="ReadBytes">Bytes read.</param>
/// <param name="WriteRequests">Writes.</param>
/// <param name="WriteBytes">Bytes written.</param>
/// <param name="AllocationBytes">The highest allocated extent.</param>
/// <param name="CapacityBytes">What the guest sees.</param>
/// <param name="PhysicalBytes">What it takes on the host.</param>
/// <param name="BackingIndex">Which of the disk's chain of files it is, with <see cref="ConnectGetAllDomainStatsFlags.Backing"/>; null for the disk itself.</param>
public sealed record DomainDiskStatistics(
    string Name, string? Path, long? ReadRequests, long? ReadBytes, long? WriteRequests, long? WriteBytes,
    long? AllocationBytes, long? CapacityBytes, long? PhysicalBytes, long? BackingIndex);
