namespace LibvirtSharp.Ssh;

/// <summary>How to log in to the host. What is not set is taken from the URI, then from the user's <c>~/.ssh</c>.</summary>
public sealed class SshTransportOptions
{
    /// <summary>
    /// The private key files to try; each has to be readable. Default the URI's <c>keyfile</c>, else the keys that the user's ssh-agent holds,
    /// then those of the user's <c>id_ed25519</c>, <c>id_ecdsa</c> and <c>id_rsa</c> that can be read.
    /// </summary>
    public IReadOnlyList<string>? PrivateKeyPaths { get; set; }

    /// <summary>The keys' passphrase. Default none.</summary>
    public string? Passphrase { get; set; }

    /// <summary>
    /// The unix socket of the user's ssh-agent, or on Windows its named pipe (<c>\\.\pipe\…</c>). Empty for no agent. Default what the environment's
    /// <c>SSH_AUTH_SOCK</c> says, else on Windows the pipe of OpenSSH's agent. Where keys are named, the agent is asked only when the URI's
    /// <c>sshauth</c> lists it.
    /// </summary>
    public string? AgentSocketPath { get; set; }

    /// <summary>
    /// The user's password, tried after the keys unless the URI's <c>sshauth</c> says otherwise; also the answer to whatever the host asks
    /// (keyboard-interactive) that is not to be seen when typed. Default none.
    /// </summary>
    public string? Password { get; set; }

    /// <summary>The file of known host keys. Default the URI's <c>known_hosts</c>, else the user's.</summary>
    public string? KnownHostsPath { get; set; }

    /// <summary>
    /// Uses the daemon's read-only socket, which may be all that the user on the host is allowed, unless the URI names a <c>socket</c>. Meant
    /// together with <see cref="LibvirtConnectionOptions.ReadOnly"/>. Default false.
    /// </summary>
    public bool ReadOnly { get; set; }
}
