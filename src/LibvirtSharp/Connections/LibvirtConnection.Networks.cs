namespace LibvirtSharp;

public sealed partial class LibvirtConnection
{
    /// <summary>All networks, or those the flags choose.</summary>
    public async Task<IReadOnlyList<Network>> ListAllNetworksAsync(
        ConnectListAllNetworksFlags flags = 0, CancellationToken cancellationToken = default) =>
        Array.ConvertAll((await Remote.ConnectListAllNetworksAsync(1, (uint)flags, cancellationToken).ConfigureAwait(false)).Nets, network => new Network(this, network));

    /// <summary>The network of this name; <see cref="LibvirtErrorCode.NoNetwork"/> when there is none.</summary>
    public async Task<Network> LookupNetworkByNameAsync(string name, CancellationToken cancellationToken = default) =>
        new(this, await Remote.NetworkLookupByNameAsync(name, cancellationToken).ConfigureAwait(false));

    /// <summary>The network with this UUID; <see cref="LibvirtErrorCode.NoNetwork"/> when there is none.</summary>
    public async Task<Network> LookupNetworkByUuidAsync(Guid uuid, CancellationToken cancellationToken = default) =>
        new(this, await Remote.NetworkLookupByUuidAsync(uuid, cancellationToken).ConfigureAwait(false));

    /// <summary>Defines a network, or redefines the one with the same UUID.</summary>
    public async Task<Network> DefineNetworkAsync(string xml, NetworkDefineFlags flags = 0, CancellationToken cancellationToken = default) =>
        // Older daemons know only the call without flags.
        new(this, flags == 0
            ? await Remote.NetworkDefineXmlAsync(xml, cancellationToken).ConfigureAwait(false)
            : await Remote.NetworkDefineXmlFlagsAsync(xml, (uint)flags, cancellationToken).ConfigureAwait(false));

    /// <summary>Creates and starts a network that is gone when it stops.</summary>
    public async Task<Network> CreateNetworkAsync(string xml, NetworkCreateFlags flags = 0, CancellationToken cancellationToken = default) =>
        new(this, flags == 0
            ? await Remote.NetworkCreateXmlAsync(xml, cancellationToken).ConfigureAwait(false)
            : await Remote.NetworkCreateXmlFlagsAsync(xml, (uint)flags, cancellationToken).ConfigureAwait(false));

    /// <summary>All network filters.</summary>
    public async Task<IReadOnlyList<NwFilter>> ListAllNwFiltersAsync(CancellationToken cancellationToken = default) =>
        Array.ConvertAll((await Remote.ConnectListAllNwfiltersAsync(1, 0, cancellationToken).ConfigureAwait(false)).Filters, filter => new NwFilter(this, filter));

    /// <summary>The network filter of this name; <see cref="LibvirtErrorCode.NoNwFilter"/> when there is none.</summary>
    public async Task<NwFilter> LookupNwFilterByNameAsync(string name, CancellationToken cancellationToken = default) =>
        new(this, await Remote.NwFilterLookupByNameAsync(name, cancellationToken).ConfigureAwait(false));

    /// <summary>The network filter with this UUID; <see cref="LibvirtErrorCode.NoNwFilter"/> when there is none.</summary>
    public async Task<NwFilter> LookupNwFilterByUuidAsync(Guid uuid, CancellationToken cancellationToken = default) =>
        new(this, await Remote.NwFilterLookupByUuidAsync(uuid, cancellationToken).ConfigureAwait(false));

    /// <summary>Defines a network filter, or redefines the one with the same UUID.</summary>
    public async Task<NwFilter> DefineNwFilterAsync(string xml, NwFilterDefineFlags flags = 0, CancellationToken cancellationToken = default) =>
        new(this, flags == 0
            ? await Remote.NwFilterDefineXmlAsync(xml, cancellationToken).ConfigureAwait(false)
            : await Remote.NwFilterDefineXmlFlagsAsync(xml, (uint)flags, cancellationToken).ConfigureAwait(false));

    /// <summary>All network filters that are in force on a device.</summary>
    public async Task<IReadOnlyList<NwFilterBinding>> ListAllNwFilterBindingsAsync(CancellationToken cancellationToken = default) =>
        Array.ConvertAll(
            (await Remote.ConnectListAllNwFilterBindingsAsync(1, 0, cancellationToken).ConfigureAwait(false)).Bindings, each => new NwFilterBinding(this, each));

    /// <summary>The network filter in force on a device; <see cref="LibvirtErrorCode.NoNwFilterBinding"/> when there is none.</summary>
    public async Task<NwFilterBinding> LookupNwFilterBindingByPortDeviceAsync(string device, CancellationToken cancellationToken = default) =>
        new(this, await Remote.NwFilterBindingLookupByPortDevAsync(device, cancellationToken).ConfigureAwait(false));

    /// <summary>Puts a network filter in force on a device.</summary>
    public async Task<NwFilterBinding> CreateNwFilterBindingAsync(string xml, NwFilterBindingCreateFlags flags = 0, CancellationToken cancellationToken = default) =>
        new(this, await Remote.NwFilterBindingCreateXmlAsync(xml, (uint)flags, cancellationToken).ConfigureAwait(false));

    /// <summary>All of the host's network interfaces, or those the flags choose.</summary>
    public async Task<IReadOnlyList<Interface>> ListAllInterfacesAsync(
        ConnectListAllInterfacesFlags flags = 0, CancellationToken cancellationToken = default) =>
        Array.ConvertAll((await Remote.ConnectListAllInterfacesAsync(1, (uint)flags, cancellationToken).ConfigureAwait(false)).Ifaces, each => new Interface(this, each));

    /// <summary>Remembers the host's interfaces as they are, until they are committed or rolled back.</summary>
    public async Task BeginInterfaceChangeAsync(CancellationToken cancellationToken = default) =>
        await Remote.InterfaceChangeBeginAsync(0, cancellationToken).ConfigureAwait(false);

    /// <summary>Keeps what was changed of the host's interfaces since <see cref="BeginInterfaceChangeAsync"/>.</summary>
    public async Task CommitInterfaceChangeAsync(CancellationToken cancellationToken = default) =>
        await Remote.InterfaceChangeCommitAsync(0, cancellationToken).ConfigureAwait(false);

    /// <summary>Undoes what was changed of the host's interfaces since <see cref="BeginInterfaceChangeAsync"/>.</summary>
    public async Task RollBackInterfaceChangeAsync(CancellationToken cancellationToken = default) =>
        await Remote.InterfaceChangeRollbackAsync(0, cancellationToken).ConfigureAwait(false);

    /// <summary>The host's network interface of this name; <see cref="LibvirtErrorCode.NoInterface"/> when there is none.</summary>
    public async Task<Interface> LookupInterfaceByNameAsync(string name, CancellationToken cancellationToken = default) =>
        new(this, await Remote.InterfaceLookupByNameAsync(name, cancellationToken).ConfigureAwait(false));

    /// <summary>The host's network interface with this MAC address.</summary>
    public async Task<Interface> LookupInterfaceByMacAsync(string mac, CancellationToken cancellationToken = default) =>
        new(this, await Remote.InterfaceLookupByMacStringAsync(mac, cancellationToken).ConfigureAwait(false));

    /// <summary>Defines a network interface of the host.</summary>
    public async Task<Interface> DefineInterfaceAsync(string xml, InterfaceDefineFlags flags = 0, CancellationToken cancellationToken = default) =>
        new(this, await Remote.InterfaceDefineXmlAsync(xml, (uint)flags, cancellationToken).ConfigureAwait(false));
}
