namespace LibvirtSharp;

/// <summary>A domain's memory, in bytes.</summary>
/// <param name="CurrentBytes">What it has.</param>
/// <param name="MaxBytes">What it may have.</param>
/// <param name="ResidentBytes">What its process takes of the host's memory.</param>
/// <param name="UnusedBytes">What the guest leaves unused, if its balloon tells.</param>
/// <param name="AvailableBytes">What the guest sees, if its balloon tells.</param>
public sealed record DomainBalloonStatistics(long CurrentBytes, long MaxBytes, long? ResidentBytes, long? UnusedBytes, long? AvailableBytes);
