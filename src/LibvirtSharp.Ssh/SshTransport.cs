using Renci.SshNet;
using Renci.SshNet.Common;

namespace LibvirtSharp.Ssh;

/// <summary>
/// Reaches a libvirt daemon's unix socket on another host through SSH (<c>qemu+ssh://user@host/system</c>), the way libvirt's own
/// client does: a proxy program on the host joins the SSH channel to the socket.
/// </summary>
public sealed class SshTransport(SshTransportOptions? options = null) : ILibvirtTransport
{
    private const int DefaultPort = 22;
    private readonly SshTransportOptions _options = options ?? new SshTransportOptions();

    /// <inheritdoc/>
    public async Task<Stream> ConnectAsync(LibvirtUri uri, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(uri);
        ConnectionInfo login = Login(uri, out LibvirtException? unreadable);
        KnownHosts? known = uri.IsSet("no_verify") ? null : HostKeys(uri);
        ReceiveGate gate = SshProxyStream.NewGate();
        login.CompressionAlgorithms.Clear();
        login.CompressionAlgorithms.Add(gate.Name, () => gate);
        var client = new SshClient(login);
        string? refusal = null;
        try
        {
            if (known is not null)
            {
                int port = uri.Port ?? DefaultPort;
                known.PutKnownFirst(uri.Host, port, login.HostKeyAlgorithms);
                client.HostKeyReceived += (_, key) => key.CanTrust = (refusal = known.Refusal(uri.Host, port, key.HostKey)) is null;
            }
            await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return new SshProxyStream(client, client.CreateCommand(ProxyCommand.For(uri, _options.ReadOnly)), gate);
        }
        catch (Exception error)
        {
            client.Dispose();
            if (error is SshException or System.Net.Sockets.SocketException or IOException or ProxyException)
            {
                var code = error is SshAuthenticationException ? LibvirtErrorCode.AuthFailed : LibvirtErrorCode.NoConnect;
                throw new LibvirtException(code, LibvirtErrorDomain.Rpc, $"SSH to {uri.Host} failed: {refusal ?? error.Message}{Hint(error, unreadable)}", error) { IsTransient = refusal is null && code == LibvirtErrorCode.NoConnect };
            }
            throw;
        }
    }

    /// <summary>Of a login that was refused: what was left out.</summary>
    private static string Hint(Exception error, LibvirtException? unreadable) =>
        error is SshAuthenticationException && unreadable is not null ? $" {unreadable.Message}" : "";

    private ConnectionInfo Login(LibvirtUri uri, out LibvirtException? unreadable)
    {
        string user = uri.User ?? Environment.UserName;
        var methods = new List<AuthenticationMethod>();
        unreadable = null;
        PrivateKeyFile[] keys = NamedKeys(uri) is { } named
            ? LoginKeys.Named(named, _options.Passphrase)
            : LoginKeys.OfUser(UserFolder(), _options.Passphrase, out unreadable);
        if (keys.Length > 0)
            methods.Add(new PrivateKeyAuthenticationMethod(user, keys));
        if (_options.Password is { } password)
            methods.Add(new PasswordAuthenticationMethod(user, password));
        if (methods.Count == 0)
            throw unreadable ?? new LibvirtException(LibvirtErrorCode.AuthUnavailable, LibvirtErrorDomain.Rpc, $"There is no key or password to log in to {uri.Host} with.");
        return new ConnectionInfo(uri.Host, uri.Port ?? DefaultPort, user, [.. methods]);
    }

    private IReadOnlyList<string>? NamedKeys(LibvirtUri uri) =>
        _options.PrivateKeyPaths ?? (uri.Parameter("keyfile") is { Length: > 0 } file ? [file] : null);

    private KnownHosts HostKeys(LibvirtUri uri)
    {
        string path = _options.KnownHostsPath ?? uri.Parameter("known_hosts") ?? Path.Combine(UserFolder(), "known_hosts");
        try
        {
            return KnownHosts.Read(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LibvirtException(LibvirtErrorCode.NoConnect, LibvirtErrorDomain.Rpc, $"SSH's known hosts {path} cannot be read: {error.Message}", error);
        }
    }

    private static string UserFolder() => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh");
}
