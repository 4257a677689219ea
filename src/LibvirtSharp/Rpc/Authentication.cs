using LibvirtSharp.Protocol;

namespace LibvirtSharp.Rpc;

/// <summary>Asks the server how it wants to be authenticated to, which every client must do first, and does it.</summary>
internal static class Authentication
{
    private const int None = 0;
    private const int Polkit = 2;

    public static async Task RunAsync(RemoteProgram remote, CancellationToken cancellationToken)
    {
        int[] types = await remote.AuthListAsync(cancellationToken).ConfigureAwait(false);
        if (types.Length == 0 || types.Contains(None))
            return;
        if (types.Contains(Polkit))
        {
            await remote.AuthPolkitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }
        throw new LibvirtException(
            LibvirtErrorCode.AuthUnavailable, LibvirtErrorDomain.Rpc, $"The server offers none of the kinds of authentication this client has: {string.Join(", ", types)}.");
    }
}
