namespace LibvirtSharp.Transports;

/// <summary>The transport a URI asks for: the named one, else TLS for a remote host and the unix socket for this one.</summary>
internal static class TransportSelection
{
    public static ILibvirtTransport For(LibvirtUri uri, LibvirtConnectionOptions options) => (uri.Transport, uri.Host.Length > 0) switch
    {
        ("unix", false) or (null, false) => new UnixTransport(options.ReadOnly),
        ("unix", true) => throw new FormatException($"'{uri}' names a host, which a unix socket has none of: leave one of both away."),
        ("tcp", _) => new TcpTransport(),
        ("tls", _) or (null, true) => new TlsTransport(options.Tls),
        _ => throw new NotSupportedException(
            $"The transport '{uri.Transport}' is not built in. For ssh, libssh and libssh2 set {nameof(LibvirtConnectionOptions)}.{nameof(LibvirtConnectionOptions.Transport)} to an SshTransport of the package LibvirtSharp.Ssh."),
    };
}
