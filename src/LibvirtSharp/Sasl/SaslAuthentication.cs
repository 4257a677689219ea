using System.Net;
using LibvirtSharp.Protocol;

namespace LibvirtSharp.Sasl;

/// <summary>Runs a SASL mechanism over the remote program's three procedures.</summary>
internal static class SaslAuthentication
{
    /// <summary>No mechanism here takes more.</summary>
    private const int MostSteps = 8;

    public static async Task RunAsync(RemoteProgram remote, NetworkCredential? credential, bool isPrivate, CancellationToken cancellationToken)
    {
        string offered = await remote.AuthSaslInitAsync(cancellationToken).ConfigureAwait(false);
        ISaslMechanism mechanism = Choose(offered, credential, isPrivate);
        AuthSaslStartRet first = await remote.AuthSaslStartAsync(mechanism.Name, 0, mechanism.Start(), cancellationToken).ConfigureAwait(false);
        bool complete = first.Complete != 0;
        byte[] challenge = first.Data;
        for (int step = 0; !complete || !mechanism.IsComplete; step++)
        {
            if (step == MostSteps)
                throw Failed("the server asks on and on");
            // The server may prove itself in its last word, which then is not answered.
            byte[] answer = mechanism.Answer(challenge);
            if (complete && mechanism.IsComplete)
                return;
            if (complete)
                throw Failed("the server ended it without proving that it knows the password");
            AuthSaslStepRet next = await remote.AuthSaslStepAsync(0, answer, cancellationToken).ConfigureAwait(false);
            complete = next.Complete != 0;
            challenge = next.Data;
        }
    }

    internal static ISaslMechanism Choose(string offered, NetworkCredential? credential, bool isPrivate)
    {
        string[] names = offered.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (credential is null)
            throw Failed($"the server wants a user and a password (it offers {offered}), and {nameof(LibvirtConnectionOptions)}.{nameof(LibvirtConnectionOptions.Credential)} is not set");
        if (names.Contains("SCRAM-SHA-256"))
            return new ScramMechanism(credential);
        if (!names.Contains("PLAIN"))
            throw Failed($"the server offers {offered}; this client has SCRAM-SHA-256 and PLAIN");
        if (!isPrivate)
            throw Failed("the server offers only PLAIN, and the password is not sent over an unencrypted connection");
        return new PlainMechanism(credential);
    }

    private static LibvirtException Failed(string reason) =>
        new(LibvirtErrorCode.AuthFailed, LibvirtErrorDomain.Rpc, $"SASL authentication failed: {reason}.");
}
