namespace LibvirtSharp;

/// <summary>How far a domain's job is with what it moves.</summary>
/// <param name="TotalBytes">What there is to move; what changes while it moves is counted again.</param>
/// <param name="ProcessedBytes">What is done.</param>
/// <param name="RemainingBytes">What is left.</param>
/// <param name="BytesPerSecond">How fast it is.</param>
public sealed record DomainJobProgress(long TotalBytes, long ProcessedBytes, long RemainingBytes, long? BytesPerSecond);
