using Renci.SshNet;
using Renci.SshNet.Security;

namespace LibvirtSharp.Ssh.Agent;

/// <summary>
/// Keys that the agent holds, for SSH.NET. The best way of each comes before the second of any: every one that the host does not take
/// counts as a failed login, of which sshd allows six.
/// </summary>
internal sealed class AgentKeys(SshAgent agent, IEnumerable<byte[]> keys, Action<string> refused, CancellationToken cancellationToken) : IPrivateKeySource
{
    public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms { get; } =
    [
        .. keys.SelectMany(key => AgentSignature.Algorithms(key).Select((way, rank) => (way, rank, key)))
            .OrderBy(offer => offer.rank)
            .Select(offer => new AgentSignature(offer.way.Name, offer.way.Flags, agent, offer.key, refused, cancellationToken)),
    ];
}
