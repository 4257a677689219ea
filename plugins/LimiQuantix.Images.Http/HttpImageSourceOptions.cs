namespace LimiQuantix.Images.Http;

/// <summary>The options of an image source of kind <c>http</c>.</summary>
public sealed class HttpImageSourceOptions
{
    /// <summary>
    /// Which locations this instance serves, as prefixes such as <c>https://mirror.example/images/</c>: another instance, with other credentials or another
    /// proxy, serves the rest. Default: none, which is all <c>http</c> and <c>https</c> locations.
    /// </summary>
    public IList<string> Serves { get; } = [];

    /// <summary>How long one connection may take to be made, name look-up and TLS included. 1 s to 5 min. Default: 15 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a server may take to answer a request with its headers. 1 s to 10 min. Default: 30 s.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a body may bring no byte at all before the read fails. 1 s to 10 min. Default: 30 s.</summary>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many redirects are followed. 0 to 10. Default: 10.</summary>
    public int MaximumRedirects { get; set; } = 10;

    /// <summary>
    /// Whether loopback, private (RFC 1918, RFC 4193), carrier (RFC 6598), link-local and other addresses that are not public may be
    /// reached for locations that the engine trusts: the host's own, its catalogue's, and those of callers whom the authorizer allows
    /// <see cref="Actions.ImagesImportPrivate"/>. Default: <see langword="true"/>, because a host's own mirror is usually one. For all other locations, and for
    /// all when this is <see langword="false"/>, the address is checked at the moment of each connection, after the name look-up and after each redirect.
    /// </summary>
    public bool AllowPrivateAddresses { get; set; } = true;

    /// <summary>
    /// The proxy. <see langword="null"/> (the default) takes the system's (<c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c>, <c>NO_PROXY</c>),
    /// or none at all when <see cref="AllowPrivateAddresses"/> is off. A proxy connects in our place, so the two exclude each other; locations that are not
    /// trusted are reached without it.
    /// </summary>
    public Uri? Proxy { get; set; }

    /// <summary>The User-Agent header; must not be empty. Default: <c>LimiQuantix/0.1</c>.</summary>
    public string UserAgent { get; set; } = "LimiQuantix/0.1";

    /// <summary>
    /// The Authorization header's value by host name (<c>mirror.example.com</c>), for example a secret that holds
    /// <c>Bearer …</c>. Resolved at each use and sent to that host only, over https or to a loopback address, and only for locations that the engine trusts:
    /// nobody uses the host's credentials by naming its mirror. Default: none.
    /// </summary>
    public IDictionary<string, SecretReference> Credentials { get; } = new Dictionary<string, SecretReference>(StringComparer.OrdinalIgnoreCase);

    internal IEnumerable<string> Validate()
    {
        foreach (var prefix in Serves.Where(prefix => !ImageLocation.IsPrefix(prefix) || ImageLocation.Parse(prefix).Scheme is not ("http" or "https")))
            yield return $"Serves must have prefixes such as https://mirror.example/images/, and '{ImageLocation.Redact(prefix)}' is none.";
        if (!IsWithin(ConnectTimeout, TimeSpan.FromMinutes(5))) yield return "ConnectTimeout must be from 1 second to 5 minutes.";
        if (!IsWithin(ResponseTimeout, TimeSpan.FromMinutes(10))) yield return "ResponseTimeout must be from 1 second to 10 minutes.";
        if (!IsWithin(ReadTimeout, TimeSpan.FromMinutes(10))) yield return "ReadTimeout must be from 1 second to 10 minutes.";
        if (MaximumRedirects is < 0 or > 10) yield return "MaximumRedirects must be from 0 to 10.";
        if (string.IsNullOrWhiteSpace(UserAgent) || UserAgent.AsSpan().ContainsAny('\r', '\n')) yield return "UserAgent must be one line that is not empty.";
        if (Proxy is { } proxy && (!proxy.IsAbsoluteUri || proxy.Scheme is not ("http" or "https" or "socks4" or "socks4a" or "socks5")))
            yield return "Proxy must be an absolute http, https or socks URL.";
        if (Proxy is not null && !AllowPrivateAddresses)
            yield return "Proxy and AllowPrivateAddresses = false exclude each other: the proxy connects, so the proxy must guard.";
        if (Credentials.Any(pair => Uri.CheckHostName(pair.Key) == UriHostNameType.Unknown || pair.Value is null))
            yield return "Credentials must name a host (without scheme, port or path) and a secret each.";
    }

    private static bool IsWithin(TimeSpan value, TimeSpan maximum) => value >= TimeSpan.FromSeconds(1) && value <= maximum;
}
