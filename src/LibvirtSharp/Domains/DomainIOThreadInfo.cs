namespace LibvirtSharp;

/// <summary>One of a domain's IO threads.</summary>
/// <param name="Id">Its number.</param>
/// <param name="CpuMap">The host's processors it may run on: a bit for each, from the lowest of the first byte.</param>
public sealed record DomainIOThreadInfo(int Id, ReadOnlyMemory<byte> CpuMap);
