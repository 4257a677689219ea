namespace LibvirtSharp;

public sealed partial class LibvirtConnection
{
    /// <summary>All storage pools, or those the flags choose.</summary>
    public async Task<IReadOnlyList<StoragePool>> ListAllStoragePoolsAsync(
        ConnectListAllStoragePoolsFlags flags = 0, CancellationToken cancellationToken = default) =>
        Array.ConvertAll((await Remote.ConnectListAllStoragePoolsAsync(1, (uint)flags, cancellationToken).ConfigureAwait(false)).Pools, pool => new StoragePool(this, pool));

    /// <summary>The storage pool of this name; <see cref="LibvirtErrorCode.NoStoragePool"/> when there is none.</summary>
    public async Task<StoragePool> LookupStoragePoolByNameAsync(string name, CancellationToken cancellationToken = default) =>
        new(this, await Remote.StoragePoolLookupByNameAsync(name, cancellationToken).ConfigureAwait(false));

    /// <summary>The storage pool with this UUID; <see cref="LibvirtErrorCode.NoStoragePool"/> when there is none.</summary>
    public async Task<StoragePool> LookupStoragePoolByUuidAsync(Guid uuid, CancellationToken cancellationToken = default) =>
        new(this, await Remote.StoragePoolLookupByUuidAsync(uuid, cancellationToken).ConfigureAwait(false));

    /// <summary>The storage pool on this folder or device.</summary>
    public async Task<StoragePool> LookupStoragePoolByTargetPathAsync(string path, CancellationToken cancellationToken = default) =>
        new(this, await Remote.StoragePoolLookupByTargetPathAsync(path, cancellationToken).ConfigureAwait(false));

    /// <summary>Defines a storage pool, or redefines the one with the same UUID.</summary>
    public async Task<StoragePool> DefineStoragePoolAsync(
        string xml, StoragePoolDefineFlags flags = 0, CancellationToken cancellationToken = default) =>
        new(this, await Remote.StoragePoolDefineXmlAsync(xml, (uint)flags, cancellationToken).ConfigureAwait(false));

    /// <summary>Creates and starts a storage pool that is gone when it stops.</summary>
    public async Task<StoragePool> CreateStoragePoolAsync(
        string xml, StoragePoolCreateFlags flags = 0, CancellationToken cancellationToken = default) =>
        new(this, await PromptRemote.StoragePoolCreateXmlAsync(xml, (uint)flags, cancellationToken).ConfigureAwait(false));

    /// <summary>The volume at this path; <see cref="LibvirtErrorCode.NoStorageVol"/> when there is none.</summary>
    public async Task<StorageVolume> LookupVolumeByPathAsync(string path, CancellationToken cancellationToken = default) =>
        new(this, await Remote.StorageVolLookupByPathAsync(path, cancellationToken).ConfigureAwait(false));

    /// <summary>The volume with this key; <see cref="LibvirtErrorCode.NoStorageVol"/> when there is none.</summary>
    public async Task<StorageVolume> LookupVolumeByKeyAsync(string key, CancellationToken cancellationToken = default) =>
        new(this, await Remote.StorageVolLookupByKeyAsync(key, cancellationToken).ConfigureAwait(false));

    /// <summary>What could be a pool's source, as XML.</summary>
    public async Task<string> FindStoragePoolSourcesAsync(string type, string? sourceXml = null, CancellationToken cancellationToken = default) =>
        await Remote.ConnectFindStoragePoolSourcesAsync(type, sourceXml, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>What kinds of pools the daemon can have, as XML.</summary>
    public async Task<string> GetStoragePoolCapabilitiesAsync(CancellationToken cancellationToken = default) =>
        await Remote.ConnectGetStoragePoolCapabilitiesAsync(0, cancellationToken).ConfigureAwait(false);
}
