namespace LibvirtSharp;

/// <summary>Time a domain's processors took.</summary>
/// <param name="Total">In all.</param>
/// <param name="User">In the hypervisor's user mode.</param>
/// <param name="System">In the host's kernel.</param>
public sealed record DomainCpuStatistics(TimeSpan Total, TimeSpan User, TimeSpan System);
