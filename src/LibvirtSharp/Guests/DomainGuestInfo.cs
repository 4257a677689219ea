namespace LibvirtSharp;

/// <summary>
/// What a guest's agent told of the guest (<c>virDomainGetGuestInfo</c>). What was not asked for, or the agent cannot tell, is null or
/// empty; what no record here has is in <see cref="Parameters"/>, by libvirt's names.
/// </summary>
public sealed class DomainGuestInfo
{
    private readonly TypedParameterSet _values;

    internal DomainGuestInfo(IReadOnlyList<TypedParameter> parameters)
    {
        Parameters = parameters;
        _values = new TypedParameterSet(parameters);
    }

    /// <summary>Everything, as libvirt sent it.</summary>
    public IReadOnlyList<TypedParameter> Parameters { get; }

    /// <summary>The guest's host name.</summary>
    public string? Hostname => _values.Text("hostname");

    /// <summary>The guest's operating system.</summary>
    public DomainGuestOperatingSystem? OperatingSystem => _values.Text("os.id") is null && _values.Text("os.name") is null
        ? null
        : new DomainGuestOperatingSystem(
            _values.Text("os.id"), _values.Text("os.name"), _values.Text("os.pretty-name"), _values.Text("os.version"), _values.Text("os.version-id"),
            _values.Text("os.variant"), _values.Text("os.variant-id"), _values.Text("os.kernel-release"), _values.Text("os.kernel-version"), _values.Text("os.machine"));

    /// <summary>The guest's time zone.</summary>
    public DomainGuestTimeZone? TimeZone => _values.SignedNumber("timezone.offset") is >= -86_400 and <= 86_400 and long seconds
        ? new DomainGuestTimeZone(_values.Text("timezone.name"), TimeSpan.FromSeconds(seconds))
        : null;

    /// <summary>Who is logged in.</summary>
    public IReadOnlyList<DomainGuestUser> Users => _values.List("user.", i => _values.Text($"user.{i}.name") is { } name
        ? new DomainGuestUser(name, _values.Text($"user.{i}.domain"), Since(_values.Milliseconds($"user.{i}.login-time")))
        : null);

    /// <summary>The guest's mounted file systems.</summary>
    public IReadOnlyList<DomainGuestFileSystem> FileSystems => _values.List("fs.", i => _values.Text($"fs.{i}.mountpoint") is { } mountPoint
        ? new DomainGuestFileSystem(
            mountPoint, _values.Text($"fs.{i}.name"), _values.Text($"fs.{i}.fstype"), _values.Number($"fs.{i}.total-bytes"), _values.Number($"fs.{i}.used-bytes"))
        : null);

    /// <summary>The guest's network interfaces.</summary>
    public IReadOnlyList<DomainNetworkInterface> Interfaces => _values.List("if.", i => _values.Text($"if.{i}.name") is { } name
        ? new DomainNetworkInterface(name, _values.Text($"if.{i}.hwaddr"), Addresses($"if.{i}.addr."))
        : null);

    /// <summary>One value by libvirt's name; null when it is absent.</summary>
    public TypedParameter? Find(string name) => _values.Find(name);

    private static DateTimeOffset? Since(TimeSpan? epoch) => epoch <= DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch + epoch : null;

    private List<DomainIPAddress> Addresses(string group)
    {
        var addresses = new List<DomainIPAddress>();
        foreach (int i in _values.Numbers(group))
        {
            if (_values.Text($"{group}{i}.addr") is not { } address)
                continue;
            IPAddrType type = _values.Text($"{group}{i}.type") == "ipv6" ? IPAddrType.IPv6 : IPAddrType.IPv4;
            addresses.Add(new DomainIPAddress(type, address, (int)Math.Min(_values.Number($"{group}{i}.prefix") ?? 0, 128)));
        }
        return addresses;
    }
}
