namespace LibvirtSharp;

/// <summary>
/// What libvirt measured of one domain. Groups that were not asked for, and values the hypervisor lacks, are null. What no record
/// here has is in <see cref="Parameters"/>, by libvirt's names (<c>virConnectGetAllDomainStats</c>).
/// </summary>
public sealed class DomainStatistics
{
    private readonly TypedParameterSet _values;

    internal DomainStatistics(Domain domain, IReadOnlyList<TypedParameter> parameters)
    {
        Domain = domain;
        Parameters = parameters;
        _values = new TypedParameterSet(parameters);
    }

    /// <summary>The domain.</summary>
    public Domain Domain { get; }

    /// <summary>Everything, as libvirt sent it.</summary>
    public IReadOnlyList<TypedParameter> Parameters { get; }

    /// <summary>The state and its reason.</summary>
    public DomainStatus? State => Number("state.state") is { } state ? new DomainStatus((DomainState)state, (int)(Number("state.reason") ?? 0)) : null;

    /// <summary>Time its processors took.</summary>
    public DomainCpuStatistics? Cpu => Number("cpu.time") is { } time ? new DomainCpuStatistics(Time(time), Time(Number("cpu.user") ?? 0), Time(Number("cpu.system") ?? 0)) : null;

    /// <summary>Memory, as the balloon and the host know it.</summary>
    public DomainBalloonStatistics? Balloon => Number("balloon.current") is { } current
        ? new DomainBalloonStatistics(SizeUnits.FromKibibytes((ulong)current), Kibibytes("balloon.maximum") ?? 0, Kibibytes("balloon.rss"), Kibibytes("balloon.unused"), Kibibytes("balloon.available"))
        : null;

    /// <summary>Its virtual processors, by number.</summary>
    public IReadOnlyList<DomainVirtualCpuStatistics> VirtualCpus => _values.List("vcpu.", i => Number($"vcpu.{i}.state") is { } state
        ? new DomainVirtualCpuStatistics(i, (VcpuState)state, Number($"vcpu.{i}.time") is { } time ? Time(time) : null)
        : null);

    /// <summary>Its network interfaces, as far as the host has one for them: those of user-mode networking are not measured.</summary>
    public IReadOnlyList<DomainNetStatistics> Interfaces => _values.List("net.", i => new DomainNetStatistics(
        Text($"net.{i}.name") ?? "",
        Number($"net.{i}.rx.bytes"), Number($"net.{i}.rx.pkts"), Number($"net.{i}.rx.errs"), Number($"net.{i}.rx.drop"),
        Number($"net.{i}.tx.bytes"), Number($"net.{i}.tx.pkts"), Number($"net.{i}.tx.errs"), Number($"net.{i}.tx.drop")));

    /// <summary>Its disks.</summary>
    public IReadOnlyList<DomainDiskStatistics> Disks => _values.List("block.", i => new DomainDiskStatistics(
        Text($"block.{i}.name") ?? "", Text($"block.{i}.path"),
        Number($"block.{i}.rd.reqs"), Number($"block.{i}.rd.bytes"), Number($"block.{i}.wr.reqs"), Number($"block.{i}.wr.bytes"),
        Number($"block.{i}.allocation"), Number($"block.{i}.capacity"), Number($"block.{i}.physical"), Number($"block.{i}.backingIndex")));

    /// <summary>How fast the guest changes its memory, if that was measured.</summary>
    public DomainDirtyRateStatistics? DirtyRate => Number("dirtyrate.calc_status") is <= int.MaxValue and long status
        ? new DomainDirtyRateStatistics(
            (DomainDirtyRateStatus)status, TimeSpan.FromSeconds(Math.Min(Number("dirtyrate.calc_period") ?? 0, int.MaxValue)), Number("dirtyrate.megabytes_per_second") is { } mebibytes ? SizeUnits.FromMebibytes((ulong)mebibytes) : null)
        : null;

    /// <summary>One value by libvirt's name; null when it is absent.</summary>
    public TypedParameter? Find(string name) => _values.Find(name);

    private static TimeSpan Time(long nanoseconds) => new(nanoseconds / 100);

    private long? Number(string name) => _values.Number(name);

    private long? Kibibytes(string name) => Number(name) is { } number ? SizeUnits.FromKibibytes((ulong)number) : null;

    private string? Text(string name) => _values.Text(name);
}
