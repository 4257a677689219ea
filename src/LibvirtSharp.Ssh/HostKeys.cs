namespace LibvirtSharp.Ssh;

/// <summary>What says whether a host is the one that is meant: a file of known hosts, to which the URI may let a new host be added.</summary>
internal sealed class HostKeys
{
    private const string Parameter = "known_hosts_verify";
    private static readonly Lock Learning = new();
    private readonly string _path;
    private readonly bool _learns;

    private HostKeys(string path, bool learns)
    {
        _path = path;
        _learns = learns;
        Known = KnownHosts.Read(path);
    }

    /// <returns>Null where the URI wants no host verified.</returns>
    /// <exception cref="FormatException">The URI wants it in a way that is not known.</exception>
    /// <exception cref="LibvirtException">The file cannot be read.</exception>
    public static HostKeys? Of(LibvirtUri uri, string? namedPath)
    {
        string verify = uri.Parameter(Parameter) ?? "normal";
        bool learns = Is(verify, "auto");
        bool ignores = Is(verify, "ignore");
        if (!learns && !ignores && !Is(verify, "normal"))
            throw new FormatException($"'{verify}' is no {Parameter} of a libvirt URI: normal, auto or ignore.");
        if (ignores || uri.IsSet("no_verify"))
            return null;
        string path = namedPath ?? uri.Parameter("known_hosts") ?? Path.Combine(Login.UserFolder(), "known_hosts");
        try
        {
            return new HostKeys(path, learns);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LibvirtException(LibvirtErrorCode.NoConnect, LibvirtErrorDomain.Rpc, $"SSH's known hosts {path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The known hosts when this was made.</summary>
    public KnownHosts Known { get; }

    /// <returns>Null for a key that is known or has just been learnt, else why it is not trusted.</returns>
    public string? Refusal(string host, int port, byte[] key) =>
        _learns && Known.IsNew(host, port, key) ? Learn(host, port, key) : Known.Refusal(host, port, key);

    private string? Learn(string host, int port, byte[] key)
    {
        lock (Learning)
        {
            try
            {
                // Another connection to the host may have learnt it meanwhile: this key or, from somebody in between, another.
                KnownHosts known = KnownHosts.Read(_path);
                if (!known.IsNew(host, port, key))
                    return known.Refusal(host, port, key);
                KnownHostsFile.Append(_path, KnownHosts.Line(host, port, key));
                return null;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return $"the host's key {Fingerprint.Of(key)} cannot be added to {_path}: {error.Message}";
            }
        }
    }

    private static bool Is(string value, string name) => value.Equals(name, StringComparison.OrdinalIgnoreCase);
}
