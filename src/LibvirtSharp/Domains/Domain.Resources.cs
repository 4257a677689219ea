namespace LibvirtSharp;

public sealed partial class Domain
{
    /// <summary>Sets the memory it has now, in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or no whole number of kibibytes.</exception>
    public async Task SetMemoryAsync(long bytes, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetMemoryFlagsAsync(Ref, SizeUnits.ToKibibytes(bytes), (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Sets the most memory it may have, in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or no whole number of kibibytes.</exception>
    public async Task SetMaxMemoryAsync(
        long bytes, DomainModificationFlags flags = DomainModificationFlags.Config, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetMemoryFlagsAsync(Ref, SizeUnits.ToKibibytes(bytes), (uint)flags | (uint)DomainMemoryModFlags.Maximum, cancellationToken).ConfigureAwait(false);

    /// <summary>The most memory it may have, in bytes.</summary>
    public async Task<long> GetMaxMemoryAsync(CancellationToken cancellationToken = default) =>
        SizeUnits.FromKibibytes(await Remote.DomainGetMaxMemoryAsync(Ref, cancellationToken).ConfigureAwait(false));

    /// <summary>What the guest's balloon and the host say of its memory.</summary>
    public async Task<DomainMemoryStatistics> GetMemoryStatisticsAsync(CancellationToken cancellationToken = default) =>
        DomainMemoryStatistics.FromWire(await Remote.DomainMemoryStatsAsync(Ref, 1024, 0, cancellationToken).ConfigureAwait(false));

    /// <summary>Sets how often the guest's balloon reports, in whole seconds, rounded up; 0 stops it.</summary>
    public async Task SetMemoryStatisticsPeriodAsync(
        TimeSpan period, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetMemoryStatsPeriodAsync(Ref, WholeTime.Seconds(period), (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Sets the number of its virtual processors.</summary>
    public async Task SetVirtualCpusAsync(int count, DomainVcpuFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetVcpusFlagsAsync(Ref, WireNumber.Of(count), (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>The number of its virtual processors.</summary>
    public async Task<int> GetVirtualCpusAsync(DomainVcpuFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainGetVcpusFlagsAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Lets a virtual processor run on the host's processors whose bits are set.</summary>
    public async Task PinVirtualCpuAsync(
        int cpu, ReadOnlyMemory<byte> cpuMap, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainPinVcpuFlagsAsync(Ref, WireNumber.Of(cpu), cpuMap.Span, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Time its processors took: of each host processor from <paramref name="startCpu"/>, or with -1 and 1 in total.</summary>
    public async Task<IReadOnlyList<TypedParameter>> GetCpuStatisticsAsync(
        int startCpu = -1, int count = 1, int parameters = 16, CancellationToken cancellationToken = default) =>
        TypedParameter.FromWire((await Remote.DomainGetCpuStatsAsync(Ref, WireNumber.Of(parameters), startCpu, WireNumber.Of(count), Connection.TypedParameterFlags, cancellationToken).ConfigureAwait(false)).Params);

    /// <summary>Its scheduler's name: <c>posix</c>, <c>credit</c>.</summary>
    public async Task<string> GetSchedulerTypeAsync(CancellationToken cancellationToken = default) =>
        (await Remote.DomainGetSchedulerTypeAsync(Ref, cancellationToken).ConfigureAwait(false)).Type;

    /// <summary>Its scheduler's parameters.</summary>
    public async Task<IReadOnlyList<TypedParameter>> GetSchedulerParametersAsync(DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        // Only some drivers know the call that has flags.
        TypedParameter.FromWire(flags == 0
            ? await Remote.DomainGetSchedulerParametersAsync(Ref, 16, cancellationToken).ConfigureAwait(false)
            : await Remote.DomainGetSchedulerParametersFlagsAsync(Ref, 16, (uint)flags | Connection.TypedParameterFlags, cancellationToken).ConfigureAwait(false));

    /// <summary>Sets parameters of its scheduler.</summary>
    public async Task SetSchedulerParametersAsync(
        ReadOnlyMemory<TypedParameter> parameters, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetSchedulerParametersFlagsAsync(Ref, TypedParameter.ToWire(parameters.Span), (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Its limits of memory.</summary>
    public async Task<IReadOnlyList<TypedParameter>> GetMemoryParametersAsync(
        DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        TypedParameter.FromWire((await Remote.DomainGetMemoryParametersAsync(Ref, 16, (uint)flags | Connection.TypedParameterFlags, cancellationToken).ConfigureAwait(false)).Params);

    /// <summary>Sets its limits of memory.</summary>
    public async Task SetMemoryParametersAsync(
        ReadOnlyMemory<TypedParameter> parameters, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetMemoryParametersAsync(Ref, TypedParameter.ToWire(parameters.Span), (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Its limits of block IO.</summary>
    public async Task<IReadOnlyList<TypedParameter>> GetBlkioParametersAsync(
        DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        TypedParameter.FromWire((await Remote.DomainGetBlkioParametersAsync(Ref, 16, (uint)flags | Connection.TypedParameterFlags, cancellationToken).ConfigureAwait(false)).Params);

    /// <summary>Sets its limits of block IO.</summary>
    public async Task SetBlkioParametersAsync(
        ReadOnlyMemory<TypedParameter> parameters, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetBlkioParametersAsync(Ref, TypedParameter.ToWire(parameters.Span), (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Which of the host's NUMA nodes its memory is on: <c>numa_nodeset</c>, <c>numa_mode</c>.</summary>
    public async Task<IReadOnlyList<TypedParameter>> GetNumaParametersAsync(
        DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        TypedParameter.FromWire((await Remote.DomainGetNumaParametersAsync(Ref, 16, (uint)flags | Connection.TypedParameterFlags, cancellationToken).ConfigureAwait(false)).Params);

    /// <summary>Sets which of the host's NUMA nodes its memory is on.</summary>
    public async Task SetNumaParametersAsync(
        ReadOnlyMemory<TypedParameter> parameters, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetNumaParametersAsync(Ref, TypedParameter.ToWire(parameters.Span), (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>The limits of a network interface.</summary>
    public async Task<IReadOnlyList<TypedParameter>> GetInterfaceParametersAsync(
        string device, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        TypedParameter.FromWire((await Remote.DomainGetInterfaceParametersAsync(Ref, device, 16, (uint)flags | Connection.TypedParameterFlags, cancellationToken).ConfigureAwait(false)).Params);

    /// <summary>Sets the limits of a network interface.</summary>
    public async Task SetInterfaceParametersAsync(
        string device, ReadOnlyMemory<TypedParameter> parameters, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetInterfaceParametersAsync(Ref, device, TypedParameter.ToWire(parameters.Span), (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>The performance events that are measured.</summary>
    public async Task<IReadOnlyList<TypedParameter>> GetPerfEventsAsync(
        DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        TypedParameter.FromWire(await Remote.DomainGetPerfEventsAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false));

    /// <summary>Chooses the performance events that are measured, by name and a flag.</summary>
    public async Task SetPerfEventsAsync(
        ReadOnlyMemory<TypedParameter> events, DomainModificationFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainSetPerfEventsAsync(Ref, TypedParameter.ToWire(events.Span), (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Why a disk stopped the domain, by the disk's target.</summary>
    public async Task<IReadOnlyDictionary<string, DomainDiskErrorCode>> GetDiskErrorsAsync(CancellationToken cancellationToken = default) =>
        (await Remote.DomainGetDiskErrorsAsync(Ref, 256, 0, cancellationToken).ConfigureAwait(false)).Errors.ToDictionary(error => error.Disk, error => (DomainDiskErrorCode)error.Error);

    /// <summary>How the hypervisor's control channel stands, and for how long.</summary>
    public async Task<DomainControlInfo> GetControlInfoAsync(CancellationToken cancellationToken = default) =>
        DomainControlInfo.FromWire(await Remote.DomainGetControlInfoAsync(Ref, 0, cancellationToken).ConfigureAwait(false));
}
