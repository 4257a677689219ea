namespace LibvirtSharp;

/// <summary>One of a running domain's virtual processors.</summary>
/// <param name="Number">Which one.</param>
/// <param name="State">What it does.</param>
/// <param name="Time">How long it ran.</param>
/// <param name="HostCpu">The host's processor it is on; negative values are <see cref="VcpuHostCpuState"/>'s.</param>
/// <param name="CpuMap">The host's processors it may run on: a bit for each, from the lowest of the first byte.</param>
public sealed record DomainVirtualCpuInfo(int Number, VcpuState State, TimeSpan Time, int HostCpu, ReadOnlyMemory<byte> CpuMap);
