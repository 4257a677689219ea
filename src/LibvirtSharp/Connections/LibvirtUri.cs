using System.Globalization;

namespace LibvirtSharp;

/// <summary>
/// A libvirt connection URI, <c>driver[+transport]://[user@][host][:port]/[path][?parameters]</c>, read as libvirt reads it
/// (https://libvirt.org/uri.html).
/// </summary>
public sealed class LibvirtUri
{
    /// <summary>Parameters for the client; every other is the driver's and goes to the server.</summary>
    private static readonly HashSet<string> ClientParameters = new(StringComparer.OrdinalIgnoreCase)
    {
        "name", "command", "socket", "auth", "netcat", "keyfile", "pkipath", "no_verify", "no_tty", "no_sanity", "known_hosts", "known_hosts_verify",
        "sshauth", "proxy", "mode", "tls_priority",
    };

    private readonly Dictionary<string, string> _parameters = new(StringComparer.OrdinalIgnoreCase);
    private readonly string _text;

    private LibvirtUri(string text, string driver, string? transport)
    {
        _text = text;
        Driver = driver;
        Transport = transport;
    }

    /// <summary>The hypervisor driver: <c>qemu</c>, <c>test</c>, <c>lxc</c> …; with <c>remote</c> the daemon chooses.</summary>
    public string Driver { get; }

    /// <summary>What stands after the plus: <c>unix</c>, <c>tcp</c>, <c>tls</c>, <c>ssh</c> …; null when nothing does.</summary>
    public string? Transport { get; }

    /// <summary>The user before the at sign.</summary>
    public string? User { get; private init; }

    /// <summary>The host; empty for this machine. An IPv6 address stands without brackets and keeps its zone: <c>fe80::1%eth0</c>.</summary>
    public string Host { get; private init; } = "";

    /// <summary>The port, when one is named.</summary>
    public int? Port { get; private init; }

    /// <summary>The path: <c>/system</c>, <c>/session</c>, <c>/default</c>.</summary>
    public string Path { get; private init; } = "";

    /// <summary>The parameters after the question mark. Their names mean the same in capitals.</summary>
    public IReadOnlyDictionary<string, string> Parameters => _parameters;

    /// <summary>The URI the server's driver is opened with: without transport, host and this client's own parameters. Empty when the daemon chooses.</summary>
    public string ServerUri { get; private set; } = "";

    /// <summary>True for the driver's session instance, which belongs to a user.</summary>
    public bool IsSession => Path == "/session";

    /// <summary>Reads a URI.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static LibvirtUri Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!System.Uri.TryCreate(text, UriKind.Absolute, out System.Uri? uri) || !text.Contains(uri.Scheme + ":/", StringComparison.OrdinalIgnoreCase))
            throw new FormatException($"'{text}' is no libvirt URI: driver[+transport]://[user@][host][:port]/path is wanted, for instance qemu:///system.");
        string[] scheme = uri.Scheme.Split('+', 2);
        if (scheme[0].Length == 0 || scheme is [_, ""])
            throw new FormatException($"'{text}' names no driver or an empty transport.");
        var result = new LibvirtUri(text, scheme[0], scheme.Length == 2 ? scheme[1] : null)
        {
            User = uri.UserInfo.Length == 0 ? null : System.Uri.UnescapeDataString(uri.UserInfo),
            Host = HostOf(uri),
            Port = uri.Port > 0 ? uri.Port : null,
            Path = System.Uri.UnescapeDataString(uri.AbsolutePath),
        };
        string query = result.ReadQuery(uri.Query);
        result.ServerUri = result.Parameter("name") ?? (result.Driver == "remote" ? "" : $"{result.Driver}://{uri.AbsolutePath}{query}");
        return result;
    }

    /// <summary>A parameter's value; null when it is absent.</summary>
    public string? Parameter(string name) => _parameters.GetValueOrDefault(name);

    /// <summary>A parameter that is a number and not zero.</summary>
    public bool IsSet(string name) =>
        Parameter(name) is { } value && int.TryParse(value, CultureInfo.InvariantCulture, out int number) && number != 0;

    /// <summary>The text it was read from.</summary>
    public override string ToString() => _text;

    /// <summary>A URI writes a zone as <c>%25eth0</c> (RFC 6874); people write <c>%eth0</c>. <see cref="System.Uri.Host"/> has none.</summary>
    private static string HostOf(System.Uri uri) => uri.HostNameType == UriHostNameType.IPv6
        ? uri.DnsSafeHost.Replace("%25", "%", StringComparison.Ordinal)
        : uri.Host;

    /// <returns>What of the query goes to the server.</returns>
    private string ReadQuery(string query)
    {
        var kept = new List<string>();
        foreach (string part in query.TrimStart('?').Split(['&', ';'], StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string name = System.Uri.UnescapeDataString(equals < 0 ? part : part[..equals]);
            _parameters[name] = equals < 0 ? "" : System.Uri.UnescapeDataString(part[(equals + 1)..]);
            if (!ClientParameters.Contains(name))
                kept.Add(part);
        }
        return kept.Count == 0 ? "" : "?" + string.Join('&', kept);
    }
}
