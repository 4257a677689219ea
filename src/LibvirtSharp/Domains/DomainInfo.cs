namespace LibvirtSharp;

/// <summary>The basic facts of a domain.</summary>
/// <param name="State">The state.</param>
/// <param name="MaxMemoryBytes">The most memory it may have.</param>
/// <param name="MemoryBytes">The memory it has.</param>
/// <param name="VirtualCpus">Its virtual processors.</param>
/// <param name="CpuTime">How long they ran, in steps of 100 ns.</param>
public readonly record struct DomainInfo(DomainState State, long MaxMemoryBytes, long MemoryBytes, int VirtualCpus, TimeSpan CpuTime);
