using Renci.SshNet;
using Renci.SshNet.Common;

namespace LibvirtSharp.Ssh;

/// <summary>Answers what a host asks somebody at a keyboard: with the password where the answer is hidden, else with nothing.</summary>
internal sealed class PasswordPrompts(string password)
{
    /// <summary>A host may ask once more, or say something without asking; not for ever.</summary>
    internal const int MaxRequests = 8;

    private int _requests;

    public static AuthenticationMethod Method(string user, string password)
    {
        var prompts = new PasswordPrompts(password);
        var method = new KeyboardInteractiveAuthenticationMethod(user);
        method.AuthenticationPrompt += (_, request) => prompts.Answer(request.Prompts);
        return method;
    }

    /// <exception cref="LibvirtException">The host has asked too often.</exception>
    internal void Answer(IReadOnlyList<AuthenticationPrompt> prompts)
    {
        if (++_requests > MaxRequests)
            throw new LibvirtException(LibvirtErrorCode.AuthFailed, LibvirtErrorDomain.Rpc, $"The host asked for the password more than {MaxRequests} times.");
        foreach (AuthenticationPrompt prompt in prompts)
            prompt.Response = prompt.IsEchoed ? "" : password;
    }
}
