using System.Diagnostics;
using LimiQuantix.Testing;

namespace LibvirtSharp.Tests.Support;

/// <summary>
/// A daemon's unix socket as another user reaches it: libvirt's own <c>virt-ssh-helper</c>, run as that user in the daemon's
/// namespace, connects and relays. To the daemon its client is that user.
/// </summary>
internal sealed class OtherUserTransport(string user, string inNamespaceOf) : ILibvirtTransport
{
    public Task<Stream> ConnectAsync(LibvirtUri uri, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Requires.Tool("nsenter"),
        [
            "--mount", "--target", inNamespaceOf, Requires.Tool("setpriv"), "--reuid", user, "--regid", "nogroup", "--clear-groups",
            Requires.Tool("virt-ssh-helper"), uri.ServerUri,
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        Process process = Process.Start(start) ?? throw new InvalidOperationException("virt-ssh-helper did not start.");
        return Task.FromResult<Stream>(new ProcessStream(process));
    }
}
