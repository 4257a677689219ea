using System.Globalization;

namespace LibvirtSharp;

/// <summary>
/// What libvirt measured of one domain. Groups that were not asked for, and values the hypervisor lacks, are null. What no record
/// here has is in <see cref="Parameters"/>, by libvirt's names (<c>virConnectGetAllDomainStats</c>).
/// </summary>
public sealed class DomainStatistics
{
    private Dictionary<string, TypedParameter>? _byName;

    internal DomainStatistics(Domain domain, IReadOnlyList<TypedParameter> parameters)
    {
        Domain = domain;
        Parameters = parameters;
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
        ? new DomainBalloonStatistics(current * 1024, (Number("balloon.maximum") ?? 0) * 1024, Kibibytes("balloon.rss"), Kibibytes("balloon.unused"), Kibibytes("balloon.available"))
        : null;

    /// <summary>Its virtual processors, by number.</summary>
    public IReadOnlyList<DomainVirtualCpuStatistics> VirtualCpus => List("vcpu.", i => Number($"vcpu.{i}.state") is { } state
        ? new DomainVirtualCpuStatistics(i, (VcpuState)state, Number($"vcpu.{i}.time") is { } time ? Time(time) : null)
        : null);

    /// <summary>Its network interfaces, as far as the host has one for them: those of user-mode networking are not measured.</summary>
    public IReadOnlyList<DomainNetStatistics> Interfaces => List("net.", i => new DomainNetStatistics(
        Text($"net.{i}.name") ?? "",
        Number($"net.{i}.rx.bytes"), Number($"net.{i}.rx.pkts"), Number($"net.{i}.rx.errs"), Number($"net.{i}.rx.drop"),
        Number($"net.{i}.tx.bytes"), Number($"net.{i}.tx.pkts"), Number($"net.{i}.tx.errs"), Number($"net.{i}.tx.drop")));

    /// <summary>Its disks.</summary>
    public IReadOnlyList<DomainDiskStatistics> Disks => List("block.", i => new DomainDiskStatistics(
        Text($"block.{i}.name") ?? "", Text($"block.{i}.path"),
        Number($"block.{i}.rd.reqs"), Number($"block.{i}.rd.bytes"), Number($"block.{i}.wr.reqs"), Number($"block.{i}.wr.bytes"),
        Number($"block.{i}.allocation"), Number($"block.{i}.capacity"), Number($"block.{i}.physical")));

    /// <summary>One value by libvirt's name; null when it is absent.</summary>
    public TypedParameter? Find(string name) => ByName.TryGetValue(name, out TypedParameter found) ? found : null;

    /// <summary>Made when first asked for: of a thousand domains' statistics many are only passed on.</summary>
    private Dictionary<string, TypedParameter> ByName
    {
        get
        {
            if (_byName is { } made)
                return made;
            made = new Dictionary<string, TypedParameter>(Parameters.Count, StringComparer.Ordinal);
            foreach (TypedParameter parameter in Parameters)
                made[parameter.Name] = parameter;
            return _byName = made;
        }
    }

    private static TimeSpan Time(ulong nanoseconds) => new((long)(nanoseconds / 100));

    private ulong? Number(string name) => ByName.TryGetValue(name, out TypedParameter found) ? found.ToUInt64() : null;

    private ulong? Kibibytes(string name) => Number(name) * 1024;

    private string? Text(string name) => ByName.TryGetValue(name, out TypedParameter found) ? found.Value as string : null;

    /// <summary>Those of a group that were sent: a count tells less, as processors that are offline and interfaces without a name are left out.</summary>
    private List<T> List<T>(string group, Func<int, T?> item)
        where T : class
    {
        var numbers = new SortedSet<int>();
        foreach (TypedParameter parameter in Parameters)
        {
            string name = parameter.Name;
            int end = name.StartsWith(group, StringComparison.Ordinal) ? name.IndexOf('.', group.Length) : -1;
            if (end > 0 && int.TryParse(name.AsSpan(group.Length..end), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                numbers.Add(number);
        }
        var list = new List<T>(numbers.Count);
        foreach (int number in numbers)
            if (item(number) is { } next)
                list.Add(next);
        return list;
    }
}
