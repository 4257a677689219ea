using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>
/// A domain's job and how far it is. What the job does not tell is null; what no member here has is in <see cref="Parameters"/>.
/// </summary>
public sealed class DomainJobStatistics
{
    private readonly TypedParameterSet _values;

    internal DomainJobStatistics(DomainJobType type, IReadOnlyList<TypedParameter> parameters)
    {
        Type = type;
        Parameters = parameters;
        _values = new TypedParameterSet(parameters);
    }

    /// <summary>Whether there is one and how it stands.</summary>
    public DomainJobType Type { get; }

    /// <summary>libvirt's <c>VIR_DOMAIN_JOB_…</c> values, as they were sent.</summary>
    public IReadOnlyList<TypedParameter> Parameters { get; }

    /// <summary>What it is.</summary>
    public DomainJobOperation? Operation => _values.Number("operation") is <= int.MaxValue and long operation ? (DomainJobOperation)operation : null;

    /// <summary>How long it has been running.</summary>
    public TimeSpan? Elapsed => _values.Milliseconds("time_elapsed");

    /// <summary>How long it is expected to take still.</summary>
    public TimeSpan? Remaining => _values.Milliseconds("time_remaining");

    /// <summary>Of a migration: how long the guest stands or stood still.</summary>
    public TimeSpan? Downtime => _values.Milliseconds("downtime");

    /// <summary>What it moves in all.</summary>
    public DomainJobProgress? Data => Progress("data");

    /// <summary>What it moves of memory.</summary>
    public DomainJobProgress? Memory => Progress("memory");

    /// <summary>What it moves of disks.</summary>
    public DomainJobProgress? Disk => Progress("disk");

    /// <summary>Of a migration: how often it has begun to go through the memory.</summary>
    public long? MemoryIteration => _values.Number("memory_iteration");

    /// <summary>Of a migration: how many pages a second the guest changes.</summary>
    public long? MemoryDirtyRate => _values.Number("memory_dirty_rate");

    /// <summary>Of one that is over: whether it did what it was to do.</summary>
    public bool? Succeeded => _values.Flag("success");

    /// <summary>Of one that failed: why.</summary>
    public string? Error => _values.Text("errmsg");

    /// <summary>One value by libvirt's name; null when it is absent.</summary>
    public TypedParameter? Find(string name) => _values.Find(name);

    internal static DomainJobStatistics FromWire(DomainGetJobStatsRet wire) => new((DomainJobType)wire.Type, TypedParameter.FromWire(wire.Params));

    private DomainJobProgress? Progress(string what) => _values.Number($"{what}_total") is { } total
        ? new DomainJobProgress(total, _values.Number($"{what}_processed") ?? 0, _values.Number($"{what}_remaining") ?? 0, _values.Number($"{what}_bps"))
        : null;
}
