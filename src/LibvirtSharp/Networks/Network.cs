using LibvirtSharp.Protocol;
using LibvirtSharp.Rpc;

namespace LibvirtSharp;

/// <summary>
/// A virtual network. A light handle that owns nothing; it goes on working after a reconnection. Errors as on <see cref="LibvirtConnection"/>.
/// </summary>
public sealed class Network
{
    internal Network(LibvirtConnection connection, NetworkRef reference)
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
    public NetworkRef Ref { get; }

    private RemoteProgram Remote => Connection.Remote;

    /// <summary>The same one with another deadline for its calls.</summary>
    public Network WithTimeout(TimeSpan timeout) => new(Connection.WithTimeout(timeout), Ref);

    /// <summary>Starts it.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default) =>
        await Remote.NetworkCreateAsync(Ref, cancellationToken).ConfigureAwait(false);

    /// <summary>Stops it.</summary>
    public async Task DestroyAsync(CancellationToken cancellationToken = default) =>
        await Remote.NetworkDestroyAsync(Ref, cancellationToken).ConfigureAwait(false);

    /// <summary>Removes its definition.</summary>
    public async Task UndefineAsync(CancellationToken cancellationToken = default) =>
        await Remote.NetworkUndefineAsync(Ref, cancellationToken).ConfigureAwait(false);

    /// <summary>Its XML.</summary>
    public async Task<string> GetXmlAsync(NetworkXmlFlags flags = 0, CancellationToken cancellationToken = default) =>
        await Remote.NetworkGetXmlDescAsync(Ref, (uint)flags, cancellationToken).ConfigureAwait(false);

    /// <summary>Changes one section of it.</summary>
    public async Task UpdateAsync(
        NetworkUpdateCommand command, NetworkUpdateSection section, string xml, int parentIndex = -1, NetworkUpdateFlags flags = 0, CancellationToken cancellationToken = default)
    {
        // Daemons before libvirt 7.2 take the two the other way round.
        bool isOrdered = await Remote.ConnectSupportsFeatureAsync((int)DriverFeature.NetworkUpdateHasCorrectOrder, cancellationToken).ConfigureAwait(false) != 0;
        (uint first, uint second) = isOrdered ? ((uint)command, (uint)section) : ((uint)section, (uint)command);
        await Remote.NetworkUpdateAsync(Ref, first, second, parentIndex, xml, (uint)flags, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether it runs.</summary>
    public async Task<bool> IsActiveAsync(CancellationToken cancellationToken = default) =>
        await Remote.NetworkIsActiveAsync(Ref, cancellationToken).ConfigureAwait(false) != 0;

    /// <summary>Whether it has a definition that stays.</summary>
    public async Task<bool> IsPersistentAsync(CancellationToken cancellationToken = default) =>
        await Remote.NetworkIsPersistentAsync(Ref, cancellationToken).ConfigureAwait(false) != 0;

    /// <summary>Whether it starts with the daemon.</summary>
    public async Task<bool> GetAutostartAsync(CancellationToken cancellationToken = default) =>
        await Remote.NetworkGetAutostartAsync(Ref, cancellationToken).ConfigureAwait(false) != 0;

    /// <summary>Whether it starts with the daemon.</summary>
    public async Task SetAutostartAsync(bool autostart, CancellationToken cancellationToken = default) =>
        await Remote.NetworkSetAutostartAsync(Ref, autostart ? 1 : 0, cancellationToken).ConfigureAwait(false);

    /// <summary>Its bridge's name.</summary>
    public async Task<string> GetBridgeNameAsync(CancellationToken cancellationToken = default) =>
        await Remote.NetworkGetBridgeNameAsync(Ref, cancellationToken).ConfigureAwait(false);

    /// <summary>Its DHCP leases, of one MAC address or all.</summary>
    public async Task<IReadOnlyList<DhcpLease>> GetDhcpLeasesAsync(string? mac = null, CancellationToken cancellationToken = default) =>
        Array.ConvertAll((await Remote.NetworkGetDhcpLeasesAsync(Ref, mac, 1, 0, cancellationToken).ConfigureAwait(false)).Leases, DhcpLease.FromWire);

    /// <summary>Its ports.</summary>
    public async Task<IReadOnlyList<NetworkPort>> ListPortsAsync(CancellationToken cancellationToken = default) =>
        Array.ConvertAll((await Remote.NetworkListAllPortsAsync(Ref, 1, 0, cancellationToken).ConfigureAwait(false)).Ports, port => new NetworkPort(Connection, port));

    /// <summary>Its port with this UUID; <see cref="LibvirtErrorCode.NoNetworkPort"/> when there is none.</summary>
    public async Task<NetworkPort> LookupPortAsync(Guid uuid, CancellationToken cancellationToken = default) =>
        new(Connection, await Remote.NetworkPortLookupByUuidAsync(Ref, uuid, cancellationToken).ConfigureAwait(false));

    /// <summary>Makes a port.</summary>
    public async Task<NetworkPort> CreatePortAsync(string xml, NetworkPortCreateFlags flags = 0, CancellationToken cancellationToken = default) =>
        new(Connection, await Remote.NetworkPortCreateXmlAsync(Ref, xml, (uint)flags, cancellationToken).ConfigureAwait(false));

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
