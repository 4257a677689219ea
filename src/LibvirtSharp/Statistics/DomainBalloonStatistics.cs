namespace LibvirtSharp;

/// <summary>A domain's memory, in bytes.</summary>
/// <param name="CurrentBytes">What it has.</param>
/// <param name="MaximumBytes">What it may have.</param>
/// <param name="ResidentBytes">What its process takes of the host's memory.</param>
/// <param name="UnusedBytes">What the guest leaves unused, if its balloon tells.</param>
/// <param name="AvailableBytes">What the guest sees, if its balloon tells.</param>
public sealed record DomainBalloonStatistics(ulong CurrentBytes, ulong MaximumBytes, ulong? ResidentBytes, ulong? UnusedBytes, ulong? AvailableBytes);
