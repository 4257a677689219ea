namespace LibvirtSharp;

/// <summary>One virtual processor.</summary>
/// <param name="Number">Which.</param>
/// <param name="State">Whether it runs.</param>
/// <param name="Time">How long it ran.</param>
public sealed record DomainVirtualCpuStatistics(int Number, VcpuState State, TimeSpan? Time);
