using System.Net;
using LibvirtSharp.Protocol;
using LibvirtSharp.Sasl;

namespace LibvirtSharp.Rpc;

/// <summary>Asks the server how it wants to be authenticated to, which every client must do first, and does it.</summary>
internal static class Authentication
{
    private const int None = 0;
    private const int Sasl = 1;
    private const int Polkit = 2;

    public static async Task RunAsync(RemoteProgram remote, NetworkCredential? credential, bool isPrivate, CancellationToken cancellationToken)
    {
        int[] types = await remote.AuthListAsync(cancellationToken).ConfigureAwait(false);
        if (types.Length == 0 || types.Contains(None))
            return;
        if (types.Contains(Polkit))
        {
            await remote.AuthPolkitAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (types.Contains(Sasl))
        {
            await SaslAuthentication.RunAsync(remote, credential, isPrivate, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            throw new LibvirtException(
                LibvirtErrorCode.AuthUnavailable, LibvirtErrorDomain.Rpc, $"The server offers no kind of authentication this client has, only {string.Join(", ", types)}.");
        }
    }
}
