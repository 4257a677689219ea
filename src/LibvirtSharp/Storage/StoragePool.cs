using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>
/// A storage pool. A light handle that owns nothing; it goes on working after a reconnection. Errors as on <see cref="LibvirtConnection"/>.
/// </summary>
public sealed class StoragePool
{
    internal StoragePool(LibvirtConnection connection, StoragePoolRef reference)
    {
        Connection = connection;
        Ref = reference;
    }

    /// <summary>The connection its calls go through.</summary>
    public LibvirtConnection Connection { get; }

    /// <summary>Its name.</summary>
    public string Name => Ref.Name;

    /// <summary>Its UUID.</summary>
    public Guid Uuid => Ref.Uuid;

    /// <summary>The wire's reference to it, for <see cref="LibvirtConnection.Remote"/>.</summary>
    public StoragePoolRef Ref { get; }

    private RemoteProgram Remote => Connection.Remote;

    private RemoteProgram Long => Connection.LongRemote;

    /// <summary>The same one with another deadline for its calls.</summary>
    public StoragePool WithTimeout(TimeSpan timeout) => new(Connection.WithTimeout(timeout), Ref);

    /// <summary>Starts it.</summary>
    public async Task StartAsync(StoragePoolCreateFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Connection.PromptRemote.StoragePoolCreateAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Makes what it is on: a folder, a file system.</summary>
    public async Task BuildAsync(StoragePoolBuildFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Long.StoragePoolBuildAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Stops it; its volumes stay.</summary>
    public async Task DestroyAsync(CancellationToken cancellationToken = default) =>
        await Remote.StoragePoolDestroyAsync(Ref, cancellationToken).ConfigureAwait(false);

    /// <summary>Deletes what it is on.</summary>
    public async Task DeleteAsync(StoragePoolDeleteFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Long.StoragePoolDeleteAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Removes its definition.</summary>
    public async Task UndefineAsync(CancellationToken cancellationToken = default) =>
        await Remote.StoragePoolUndefineAsync(Ref, cancellationToken).ConfigureAwait(false);

    /// <summary>Looks at its content anew.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken = default) =>
        await Connection.PromptRemote.StoragePoolRefreshAsync(Ref, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Its state and sizes.</summary>
    public async Task<StoragePoolInfo> GetInfoAsync(CancellationToken cancellationToken = default) =>
        StoragePoolInfo.FromWire(await Remote.StoragePoolGetInfoAsync(Ref, cancellationToken).ConfigureAwait(false));

    /// <summary>Its XML.</summary>
    public async Task<string> GetXmlAsync(StorageXmlFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.StoragePoolGetXmlDescAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Whether it runs.</summary>
    public async Task<bool> IsActiveAsync(CancellationToken cancellationToken = default) =>
        await Remote.StoragePoolIsActiveAsync(Ref, cancellationToken).ConfigureAwait(false) != 0;

    /// <summary>Whether it has a definition that stays.</summary>
    public async Task<bool> IsPersistentAsync(CancellationToken cancellationToken = default) =>
        await Remote.StoragePoolIsPersistentAsync(Ref, cancellationToken).ConfigureAwait(false) != 0;

    /// <summary>Whether it starts with the daemon.</summary>
    public async Task<bool> GetAutostartAsync(CancellationToken cancellationToken = default) =>
        await Remote.StoragePoolGetAutostartAsync(Ref, cancellationToken).ConfigureAwait(false) != 0;

    /// <summary>Whether it starts with the daemon.</summary>
    public async Task SetAutostartAsync(bool autostart, CancellationToken cancellationToken = default) =>
        await Remote.StoragePoolSetAutostartAsync(Ref, autostart ? 1 : 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Its volumes.</summary>
    public async Task<IReadOnlyList<StorageVolume>> ListVolumesAsync(CancellationToken cancellationToken = default) =>
        Array.ConvertAll((await Remote.StoragePoolListAllVolumesAsync(Ref, 1, 0, cancellationToken).ConfigureAwait(false)).Vols, volume => new StorageVolume(Connection, volume));

    /// <summary>Its volume of this name; <see cref="LibvirtErrorCode.NoStorageVol"/> when there is none.</summary>
    public async Task<StorageVolume> LookupVolumeAsync(string name, CancellationToken cancellationToken = default) =>
        new(Connection, await Remote.StorageVolLookupByNameAsync(Ref, name, cancellationToken).ConfigureAwait(false));

    /// <summary>Makes a volume.</summary>
    public async Task<StorageVolume> CreateVolumeAsync(
        string xml, StorageVolCreateFlags flags = 0, CancellationToken cancellationToken = default) =>
        new(Connection, await Connection.PromptRemote.StorageVolCreateXmlAsync(Ref, xml, (uint)flags, cancellationToken).ConfigureAwait(false));

    /// <summary>Makes a volume as a copy of another of this connection.</summary>
    /// <exception cref="ArgumentException">The source is of another connection.</exception>
    public async Task<StorageVolume> CloneVolumeAsync(
        string xml, StorageVolume source, StorageVolCreateFlags flags = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        Connection.RefuseForeign(source.Connection, source, nameof(source));
        return new(Connection, await Long.StorageVolCreateXmlFromAsync(Ref, xml, source.Ref, (uint)flags, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
