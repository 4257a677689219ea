using Renci.SshNet.Security;

namespace LibvirtSharp.Ssh.Agent;

/// <summary>One way of signing with a key that the agent holds.</summary>
/// <param name="name">The way.</param>
/// <param name="flags">What the agent needs to be told for it.</param>
/// <param name="agent">Who signs.</param>
/// <param name="key">The public key.</param>
/// <param name="refused">Is told when the agent does not want to sign, and why.</param>
/// <param name="cancellationToken">Ends the wait for the agent.</param>
internal sealed class AgentSignature(string name, uint flags, SshAgent agent, byte[] key, Action<string> refused, CancellationToken cancellationToken)
    : HostAlgorithm(name)
{
    public override byte[] Data => key;

    /// <summary>The ways to sign with a key of this type, the best first; none for a type that is not known, such as a certificate.</summary>
    public static (string Name, uint Flags)[] Algorithms(byte[] key) => SshWire.TypeOf(key) switch
    {
        "ssh-rsa" => [("rsa-sha2-512", 4), ("rsa-sha2-256", 2)],
        "ssh-ed25519" or "ecdsa-sha2-nistp256" or "ecdsa-sha2-nistp384" or "ecdsa-sha2-nistp521" or
            "sk-ssh-ed25519@openssh.com" or "sk-ecdsa-sha2-nistp256@openssh.com" => [(SshWire.TypeOf(key), 0)],
        _ => [],
    };

    public override byte[] Sign(byte[] data)
    {
        byte[]? signature = agent.Sign(key, data, flags, cancellationToken);
        // An old agent that does not know the flags signs in another way.
        if (signature is not null && SshWire.TypeOf(signature) == Name)
            return signature;
        refused($"The SSH agent did not sign as {Name} with its key {Fingerprint.Of(key)}.");
        // The host refuses this one and the next key has its turn; an exception would end the login.
        return [.. SshWire.String(Name), .. SshWire.String([])];
    }

    public override bool VerifySignature(byte[] data, byte[] signature) => throw new NotSupportedException("The host verifies.");
}
