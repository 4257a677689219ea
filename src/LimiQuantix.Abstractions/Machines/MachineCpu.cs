namespace LimiQuantix.Machines;

/// <summary>A machine's virtual processors.</summary>
public sealed record MachineCpu
{
    /// <summary>How many, 1 to 255.</summary>
    public int Count { get; init; } = 1;

    /// <summary>How they are grouped; by default each is a socket of its own. The product must be <see cref="Count"/>.</summary>
    [Feature(ProviderFeatures.CpuTopology)]
    public CpuTopology? Topology { get; init; }

    /// <summary>
    /// The processor that the guest sees, as the hypervisor names it (QEMU: <c>Skylake-Server</c>, <c>qemu64</c>); by default the node's own.
    /// </summary>
    [Feature(ProviderFeatures.CpuModel)]
    public string? Model { get; init; }
}

/// <summary>How virtual processors are grouped.</summary>
public sealed record CpuTopology
{
    /// <summary>Sockets, at least 1.</summary>
    public required int Sockets { get; init; }

    /// <summary>Cores of each socket, at least 1.</summary>
    public required int Cores { get; init; }

    /// <summary>Threads of each core, at least 1.</summary>
    public int Threads { get; init; } = 1;
}

/// <summary>A machine's memory.</summary>
public sealed record MachineMemory
{
    /// <summary>How much, in bytes: a multiple of 1 MiB, from 64 MiB to 16 TiB.</summary>
    public long SizeBytes { get; init; } = 1L << 30;
}
