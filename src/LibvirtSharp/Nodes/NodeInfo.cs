namespace LibvirtSharp;

/// <summary>A host's processors and memory.</summary>
public sealed record NodeInfo
{
    /// <summary>The processor's architecture or model, <c>x86_64</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Memory in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Active processors.</summary>
    public required int Cpus { get; init; }

    /// <summary>Their frequency in MHz; 0 when unknown.</summary>
    public required int CpuMhz { get; init; }

    /// <summary>NUMA nodes; 1 for uniform memory.</summary>
    public required int NumaNodes { get; init; }

    /// <summary>Sockets in each node.</summary>
    public required int SocketsPerNode { get; init; }

    /// <summary>Cores in each socket.</summary>
    public required int CoresPerSocket { get; init; }

    /// <summary>Threads in each core.</summary>
    public required int ThreadsPerCore { get; init; }
}
