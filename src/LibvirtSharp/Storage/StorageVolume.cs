using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>
/// A volume of a storage pool. A light handle that owns nothing; it goes on working after a reconnection. Errors as on <see cref="LibvirtConnection"/>.
/// </summary>
public sealed partial class StorageVolume
{
    internal StorageVolume(LibvirtConnection connection, StorageVolRef reference)
    {
        Connection = connection;
        Ref = reference;
    }

    /// <summary>The connection its calls go through.</summary>
    public LibvirtConnection Connection { get; }

    /// <summary>Its name in the pool.</summary>
    public string Name => Ref.Name;

    /// <summary>The pool's name.</summary>
    public string PoolName => Ref.Pool;

    /// <summary>What names it among all volumes; for a file its path.</summary>
    public string Key => Ref.Key;

    /// <summary>The wire's reference to it, for <see cref="LibvirtConnection.Remote"/>.</summary>
    public StorageVolRef Ref { get; }

    private RemoteProgram Remote => Connection.Remote;

    private RemoteProgram Long => Connection.LongRemote;

    /// <summary>The same one with another deadline for its calls.</summary>
    public StorageVolume WithTimeout(TimeSpan timeout) => new(Connection.WithTimeout(timeout), Ref);

    /// <summary>Its type and sizes; with <see cref="StorageVolInfoFlags.GetPhysical"/> the allocation is what it physically takes.</summary>
    public async Task<StorageVolumeInfo> GetInfoAsync(StorageVolInfoFlags flags = 0, CancellationToken cancellationToken = default) =>
        // Some drivers know only the call without flags.
        flags == 0
            ? StorageVolumeInfo.FromWire(await Remote.StorageVolGetInfoAsync(Ref, cancellationToken).ConfigureAwait(false))
            : StorageVolumeInfo.FromWire(await Remote.StorageVolGetInfoFlagsAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false));

    /// <summary>Its XML.</summary>
    public async Task<string> GetXmlAsync(CancellationToken cancellationToken = default) =>
        await Remote.StorageVolGetXmlDescAsync(Ref, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Its path on the host.</summary>
    public async Task<string> GetPathAsync(CancellationToken cancellationToken = default) =>
        await Remote.StorageVolGetPathAsync(Ref, cancellationToken).ConfigureAwait(false);

    /// <summary>The pool it is in.</summary>
    public async Task<StoragePool> GetPoolAsync(CancellationToken cancellationToken = default) =>
        new(Connection, await Remote.StoragePoolLookupByVolumeAsync(Ref, cancellationToken).ConfigureAwait(false));

    /// <summary>Deletes it.</summary>
    public async Task DeleteAsync(StorageVolDeleteFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Connection.PromptRemote.StorageVolDeleteAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Overwrites it.</summary>
    public async Task WipeAsync(StorageVolWipeAlgorithm algorithm = StorageVolWipeAlgorithm.Zero, CancellationToken cancellationToken = default) =>
        await Long.StorageVolWipePatternAsync(Ref, (uint)algorithm, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Makes it another size, in bytes.</summary>
    public async Task ResizeAsync(long sizeBytes, StorageVolResizeFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Connection.PromptRemote.StorageVolResizeAsync(Ref, WireNumber.Of(sizeBytes), (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
