using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>
/// A point from which on changed blocks of a domain's disks are tracked. A light handle that owns nothing; it goes on working after a reconnection. Errors as on <see cref="LibvirtConnection"/>.
/// </summary>
public sealed class DomainCheckpoint
{
    internal DomainCheckpoint(Domain domain, DomainCheckpointRef reference)
    {
        Domain = domain;
        Ref = reference;
    }

    /// <summary>The connection its calls go through.</summary>
    public LibvirtConnection Connection => Domain.Connection;

    /// <summary>Its name.</summary>
    public string Name => Ref.Name;

    /// <summary>The domain it is of.</summary>
    public Domain Domain { get; }

    /// <summary>The wire's reference to it, for <see cref="LibvirtConnection.Remote"/>.</summary>
    public DomainCheckpointRef Ref { get; }

    private RemoteProgram Remote => Connection.Remote;

    /// <summary>The same one with another deadline for its calls.</summary>
    public DomainCheckpoint WithTimeout(TimeSpan timeout) => new(Domain.WithTimeout(timeout), Ref);

    /// <summary>Its XML.</summary>
    public async Task<string> GetXmlAsync(DomainCheckpointXmlFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainCheckpointGetXmlDescAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Removes it; what it tracks is merged into its parent.</summary>
    public async Task DeleteAsync(DomainCheckpointDeleteFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Connection.PromptRemote.DomainCheckpointDeleteAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>The checkpoint before it; <see cref="LibvirtErrorCode.NoDomainCheckpoint"/> when it is a first one.</summary>
    public async Task<DomainCheckpoint> GetParentAsync(CancellationToken cancellationToken = default) =>
        new(Domain, await Remote.DomainCheckpointGetParentAsync(Ref, 0, cancellationToken).ConfigureAwait(false));

    /// <summary>The checkpoints after it.</summary>
    public async Task<IReadOnlyList<DomainCheckpoint>> ListChildrenAsync(
        DomainCheckpointListFlags flags = 0, CancellationToken cancellationToken = default) =>
        Array.ConvertAll((await Remote.DomainCheckpointListAllChildrenAsync(Ref, 1, (uint)flags, cancellationToken).ConfigureAwait(false)).Checkpoints, checkpoint => new DomainCheckpoint(Domain, checkpoint));

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
