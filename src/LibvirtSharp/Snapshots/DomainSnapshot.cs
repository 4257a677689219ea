using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>
/// A snapshot of a domain. A light handle that owns nothing; it goes on working after a reconnection. Errors as on <see cref="LibvirtConnection"/>.
/// </summary>
public sealed class DomainSnapshot
{
    internal DomainSnapshot(Domain domain, DomainSnapshotRef reference)
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
    public DomainSnapshotRef Ref { get; }

    private RemoteProgram Remote => Connection.Remote;

    private RemoteProgram Long => Connection.LongRemote;

    /// <summary>The same one with another deadline for its calls.</summary>
    public DomainSnapshot WithTimeout(TimeSpan timeout) => new(Domain.WithTimeout(timeout), Ref);

    /// <summary>Its XML.</summary>
    public async Task<string> GetXmlAsync(DomainSnapshotXmlFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainSnapshotGetXmlDescAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Brings the domain back to it.</summary>
    public async Task RevertAsync(DomainSnapshotRevertFlags flags = 0, CancellationToken cancellationToken = default)
    {
        await Long.DomainRevertToSnapshotAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);
        // It may have stopped it or started it anew.
        await Domain.RefreshAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes it; its changes are merged into what builds on it.</summary>
    public async Task DeleteAsync(DomainSnapshotDeleteFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Long.DomainSnapshotDeleteAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>The snapshot it was made from; <see cref="LibvirtErrorCode.NoDomainSnapshot"/> when it is a first one.</summary>
    public async Task<DomainSnapshot> GetParentAsync(CancellationToken cancellationToken = default) =>
        new(Domain, await Remote.DomainSnapshotGetParentAsync(Ref, 0, cancellationToken).ConfigureAwait(false));

    /// <summary>The snapshots made from it.</summary>
    public async Task<IReadOnlyList<DomainSnapshot>> ListChildrenAsync(
        DomainSnapshotListFlags flags = 0, CancellationToken cancellationToken = default) =>
        Array.ConvertAll((await Remote.DomainSnapshotListAllChildrenAsync(Ref, 1, (uint)flags, cancellationToken).ConfigureAwait(false)).Snapshots, snapshot => new DomainSnapshot(Domain, snapshot));

    /// <summary>Whether the domain continues from it.</summary>
    public async Task<bool> IsCurrentAsync(CancellationToken cancellationToken = default) =>
        await Remote.DomainSnapshotIsCurrentAsync(Ref, 0, cancellationToken).ConfigureAwait(false) != 0;

    /// <summary>Whether libvirt keeps metadata of it.</summary>
    public async Task<bool> HasMetadataAsync(CancellationToken cancellationToken = default) =>
        await Remote.DomainSnapshotHasMetadataAsync(Ref, 0, cancellationToken).ConfigureAwait(false) != 0;

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
