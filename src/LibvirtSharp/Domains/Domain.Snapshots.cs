namespace LibvirtSharp;

public sealed partial class Domain
{
    /// <summary>Takes a snapshot.</summary>
    public async Task<DomainSnapshot> CreateSnapshotAsync(
        string xml, DomainSnapshotCreateFlags flags = 0, CancellationToken cancellationToken = default) =>
        new(this, await Long.DomainSnapshotCreateXmlAsync(Ref, xml, (uint)flags, cancellationToken).ConfigureAwait(false));

    /// <summary>Its snapshots.</summary>
    public async Task<IReadOnlyList<DomainSnapshot>> ListSnapshotsAsync(
        DomainSnapshotListFlags flags = 0, CancellationToken cancellationToken = default) =>
        Array.ConvertAll((await Remote.DomainListAllSnapshotsAsync(Ref, 1, (uint)flags, cancellationToken).ConfigureAwait(false)).Snapshots, snapshot => new DomainSnapshot(this, snapshot));

    /// <summary>The snapshot of this name; <see cref="LibvirtErrorCode.NoDomainSnapshot"/> when there is none.</summary>
    public async Task<DomainSnapshot> LookupSnapshotAsync(string name, CancellationToken cancellationToken = default) =>
        new(this, await Remote.DomainSnapshotLookupByNameAsync(Ref, name, 0, cancellationToken).ConfigureAwait(false));

    /// <summary>Whether it continues from a snapshot.</summary>
    public async Task<bool> HasCurrentSnapshotAsync(CancellationToken cancellationToken = default) =>
        await Remote.DomainHasCurrentSnapshotAsync(Ref, 0, cancellationToken).ConfigureAwait(false) != 0;

    /// <summary>The snapshot it continues from.</summary>
    public async Task<DomainSnapshot> GetCurrentSnapshotAsync(CancellationToken cancellationToken = default) =>
        new(this, await Remote.DomainSnapshotCurrentAsync(Ref, 0, cancellationToken).ConfigureAwait(false));

    /// <summary>Makes a checkpoint.</summary>
    public async Task<DomainCheckpoint> CreateCheckpointAsync(
        string xml, DomainCheckpointCreateFlags flags = 0, CancellationToken cancellationToken = default) =>
        new(this, await Remote.DomainCheckpointCreateXmlAsync(Ref, xml, (uint)flags, cancellationToken).ConfigureAwait(false));

    /// <summary>Its checkpoints.</summary>
    public async Task<IReadOnlyList<DomainCheckpoint>> ListCheckpointsAsync(
        DomainCheckpointListFlags flags = 0, CancellationToken cancellationToken = default) =>
        Array.ConvertAll((await Remote.DomainListAllCheckpointsAsync(Ref, 1, (uint)flags, cancellationToken).ConfigureAwait(false)).Checkpoints, checkpoint => new DomainCheckpoint(this, checkpoint));

    /// <summary>The checkpoint of this name; <see cref="LibvirtErrorCode.NoDomainCheckpoint"/> when there is none.</summary>
    public async Task<DomainCheckpoint> LookupCheckpointAsync(string name, CancellationToken cancellationToken = default) =>
        new(this, await Remote.DomainCheckpointLookupByNameAsync(Ref, name, 0, cancellationToken).ConfigureAwait(false));

    /// <summary>Begins a backup job; with checkpoint XML a checkpoint is made at the same moment.</summary>
    public async Task BeginBackupAsync(
        string backupXml, string? checkpointXml = null, DomainBackupBeginFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.DomainBackupBeginAsync(Ref, backupXml, checkpointXml, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>The running backup job's XML.</summary>
    public async Task<string> GetBackupXmlAsync(CancellationToken cancellationToken = default) =>
        await Remote.DomainBackupGetXmlDescAsync(Ref, 0, cancellationToken).ConfigureAwait(false);
}
