using LibvirtSharp.Protocol;

namespace LibvirtSharp;

/// <summary>
/// A device of the host. A light handle that owns nothing; it goes on working after a reconnection. Errors as on <see cref="LibvirtConnection"/>.
/// </summary>
public sealed class NodeDevice
{
    internal NodeDevice(LibvirtConnection connection, NodeDeviceRef reference)
    {
        Connection = connection;
        Ref = reference;
    }

    /// <summary>The connection its calls go through.</summary>
    public LibvirtConnection Connection { get; }

    /// <summary>Its name.</summary>
    public string Name => Ref.Name;

    /// <summary>The wire's reference to it, for <see cref="LibvirtConnection.Remote"/>.</summary>
    public NodeDeviceRef Ref { get; }

    private RemoteProgram Remote => Connection.Remote;

    /// <summary>The same one with another deadline for its calls.</summary>
    public NodeDevice WithTimeout(TimeSpan timeout) => new(Connection.WithTimeout(timeout), Ref);

    /// <summary>Its XML.</summary>
    public async Task<string> GetXmlAsync(CancellationToken cancellationToken = default) =>
        await Remote.NodeDeviceGetXmlDescAsync(Name, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Its parent's name; null for the root.</summary>
    public async Task<string?> GetParentNameAsync(CancellationToken cancellationToken = default) =>
        await Remote.NodeDeviceGetParentAsync(Name, cancellationToken).ConfigureAwait(false);

    /// <summary>What it can do.</summary>
    public async Task<IReadOnlyList<string>> ListCapabilitiesAsync(CancellationToken cancellationToken = default) =>
        await Remote.NodeDeviceListCapsAsync(Name, 65536, cancellationToken).ConfigureAwait(false);

    /// <summary>Takes it from the host's driver, for a guest to have.</summary>
    public async Task DetachAsync(string? driverName = null, CancellationToken cancellationToken = default) =>
        await Remote.NodeDeviceDetachFlagsAsync(Name, driverName, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Gives it back to the host's driver.</summary>
    public async Task ReattachAsync(CancellationToken cancellationToken = default) =>
        await Remote.NodeDeviceReAttachAsync(Name, cancellationToken).ConfigureAwait(false);

    /// <summary>Resets it.</summary>
    public async Task ResetAsync(CancellationToken cancellationToken = default) =>
        await Remote.NodeDeviceResetAsync(Name, cancellationToken).ConfigureAwait(false);

    /// <summary>Removes a virtual device.</summary>
    public async Task DestroyAsync(CancellationToken cancellationToken = default) =>
        await Remote.NodeDeviceDestroyAsync(Name, cancellationToken).ConfigureAwait(false);

    /// <summary>Starts a defined device.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default) =>
        await Remote.NodeDeviceCreateAsync(Name, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Removes its definition.</summary>
    public async Task UndefineAsync(CancellationToken cancellationToken = default) =>
        await Remote.NodeDeviceUndefineAsync(Name, 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Whether it is there.</summary>
    public async Task<bool> IsActiveAsync(CancellationToken cancellationToken = default) =>
        await Remote.NodeDeviceIsActiveAsync(Name, cancellationToken).ConfigureAwait(false) != 0;

    /// <summary>Whether it has a definition that stays.</summary>
    public async Task<bool> IsPersistentAsync(CancellationToken cancellationToken = default) =>
        await Remote.NodeDeviceIsPersistentAsync(Name, cancellationToken).ConfigureAwait(false) != 0;

    /// <summary>Whether it starts with its parent.</summary>
    public async Task<bool> GetAutostartAsync(CancellationToken cancellationToken = default) =>
        await Remote.NodeDeviceGetAutostartAsync(Name, cancellationToken).ConfigureAwait(false) != 0;

    /// <summary>Whether it starts with its parent.</summary>
    public async Task SetAutostartAsync(bool autostart, CancellationToken cancellationToken = default) =>
        await Remote.NodeDeviceSetAutostartAsync(Name, autostart ? 1 : 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
