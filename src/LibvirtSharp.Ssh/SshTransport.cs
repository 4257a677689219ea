using Renci.SshNet;
using Renci.SshNet.Common;

namespace LibvirtSharp.Ssh;

/// <summary>
/// Reaches a libvirt daemon's unix socket on another host through SSH (<c>qemu+ssh://user@host/system</c>), the way libvirt's own
/// client does: a proxy program on the host joins the SSH channel to the socket.
/// </summary>
public sealed class SshTransport(SshTransportOptions? options = null) : ILibvirtTransport
{
    private readonly SshTransportOptions _options = options ?? new SshTransportOptions();

    /// <inheritdoc/>
    public async Task<Stream> ConnectAsync(LibvirtUri uri, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(uri);
        Login login = await Login.PrepareAsync(uri, _options, cancellationToken).ConfigureAwait(false);
        ConnectionInfo info = login.ConnectionInfo();
        HostKeys? hostKeys = HostKeys.Of(uri, _options.KnownHostsPath);
        ReceiveGate gate = SshProxyStream.NewGate();
        info.CompressionAlgorithms.Clear();
        info.CompressionAlgorithms.Add(gate.Name, () => gate);
        var client = new SshClient(info);
        string host = Login.Host(uri);
        string? refusal = null;
        try
        {
            if (hostKeys is not null)
            {
                int port = Login.Port(uri);
                hostKeys.Known.PutKnownFirst(host, port, info.HostKeyAlgorithms);
                client.HostKeyReceived += (_, key) => key.CanTrust = (refusal = hostKeys.Refusal(host, port, key.HostKey)) is null;
            }
            await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return new SshProxyStream(client, client.CreateCommand(ProxyCommand.For(uri, _options.ReadOnly)), gate);
        }
        catch (Exception error)
        {
            client.Dispose();
            if (error is SshException or System.Net.Sockets.SocketException or IOException or ProxyException)
            {
                bool denied = IsDenied(error);
                LibvirtErrorCode code = denied ? LibvirtErrorCode.AuthFailed : LibvirtErrorCode.NoConnect;
                throw new LibvirtException(code, LibvirtErrorDomain.Rpc, $"SSH to {host} failed: {refusal ?? error.Message}{(denied ? login.Hint : "")}", error) { IsTransient = refusal is null && !denied };
            }
            throw;
        }
    }

    /// <summary>A host that has had enough of a client's keys ends the connection instead of saying no.</summary>
    private static bool IsDenied(Exception error) =>
        error is SshAuthenticationException || (error is SshConnectionException && error.Message.Contains("Too many authentication failures", StringComparison.Ordinal));
}
