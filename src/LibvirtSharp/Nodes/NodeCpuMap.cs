namespace LibvirtSharp;

/// <summary>The host's processors.</summary>
/// <param name="Count">How many there are, whether online or not.</param>
/// <param name="Online">How many are online.</param>
/// <param name="CpuMap">Which are online: a bit for each, from the lowest of the first byte.</param>
public sealed record NodeCpuMap(int Count, int Online, ReadOnlyMemory<byte> CpuMap);
