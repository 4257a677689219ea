namespace LibvirtSharp;

/// <summary>How fast a guest changes its memory, as <see cref="Domain.StartDirtyRateCalculationAsync"/> measured it.</summary>
/// <param name="Status">Whether it was measured.</param>
/// <param name="Period">Over how long.</param>
/// <param name="BytesPerSecond">How fast; null until it is measured.</param>
public sealed record DomainDirtyRateStatistics(DomainDirtyRateStatus Status, TimeSpan Period, long? BytesPerSecond);
