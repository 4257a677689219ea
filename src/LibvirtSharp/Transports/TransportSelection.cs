namespace LibvirtSharp.Transports;

/// <summary>The transport a URI asks for: the named one, else TLS for a remote host and the unix socket for this one.</summary>
internal static class TransportSelection
{
    public static ILibvirtTransport For(LibvirtUri uri) => (uri.Transport, uri.Host.Length > 0) switch
    {
        (null, false) or ("unix", _) => new UnixTransport(),
        _ => throw new NotSupportedException($"The transport '{uri.Transport ?? "tls"}' is not built in; set {nameof(LibvirtConnectionOptions)}.{nameof(LibvirtConnectionOptions.Transport)}."),
    };
}
