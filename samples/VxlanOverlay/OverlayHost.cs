using System.Net;
using Netlink;

namespace VxlanOverlay;

/// <summary>One of the two hosts: its namespace, its guest's, and what leads from one to the other.</summary>
internal sealed class OverlayHost(string prefix, int number) : IAsyncDisposable
{
    private NetworkNamespace? _host;
    private NetworkNamespace? _guest;
    private RtnetlinkConnection? _connection;

    public string Name { get; } = $"{prefix}-host{number}";

    public string Guest { get; } = $"{prefix}-guest{number}";

    /// <summary>Its address in the network between the hosts.</summary>
    public IPAddress Underlay { get; } = IPAddress.Parse($"10.98.0.{number}");

    public IPAddress GuestAddress { get; } = IPAddress.Parse($"192.168.50.{number}");

    public MacAddress GuestMac { get; } = new([2, 0, 0, 0, 0x64, (byte)number]);

    public NetworkNamespace HostNamespace => _host!;

    public NetworkNamespace GuestNamespace => _guest!;

    public RtnetlinkConnection Connection => _connection!;

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        _host = await NetworkNamespace.CreateAsync(Name, cancellationToken);
        _guest = await NetworkNamespace.CreateAsync(Guest, cancellationToken);
        _connection = await RtnetlinkConnection.OpenAsync(_host, cancellationToken);
    }

    /// <summary>The bridge with the tunnel and the guest's port; all that the other host's guest needs to be found is written down, nothing is learnt.</summary>
    public async Task ConnectAsync(OverlayHost other, CancellationToken cancellationToken)
    {
        await Connection.SendAsync(
        [
            NetlinkRequests.SetLink("lo", new LinkSpec { Up = true }),
            NetlinkRequests.AddAddress(new LinkAddress { Link = "underlay", Address = Underlay, PrefixLength = 24 }),
            NetlinkRequests.SetLink("underlay", new LinkSpec { Up = true }),
            NetlinkRequests.AddLink(new LinkSpec { Name = "br100", Kind = new Bridge(), Up = true }),
            NetlinkRequests.AddLink(new LinkSpec
            {
                Name = "vx100", Mtu = Overlay.Mtu, Master = "br100", Up = true,
                Kind = new Vxlan { Id = Overlay.Segment, Local = Underlay, Device = "underlay", Learning = false },
            }),
            NetlinkRequests.SetBridgePort("vx100", new BridgePort { Learning = false, NeighbourSuppression = true }),
            NetlinkRequests.AppendFdb(new FdbEntry { Link = "vx100", Address = MacAddress.Zero, Destination = other.Underlay }),
            // The bridge may have learnt it before it was told not to learn.
            NetlinkRequests.ReplaceFdb(new FdbEntry { Link = "vx100", Address = other.GuestMac, Destination = other.Underlay, State = FdbEntryState.Static }),
            NetlinkRequests.ReplaceFdb(new FdbEntry { Link = "vx100", Address = other.GuestMac, Flags = NeighbourFlags.Master, State = FdbEntryState.Static }),
            NetlinkRequests.AddNeighbour(new Neighbour { Link = "br100", Address = other.GuestAddress, LinkLayerAddress = other.GuestMac }),
            NetlinkRequests.AddLink(new LinkSpec
            {
                Name = "guest", Mtu = Overlay.Mtu, Master = "br100", Up = true,
                Kind = new Veth { Peer = new LinkSpec { Name = "eth0", Mtu = Overlay.Mtu, Address = GuestMac, Namespace = GuestNamespace } },
            }),
        ], cancellationToken);
        await using RtnetlinkConnection inside = await RtnetlinkConnection.OpenAsync(GuestNamespace, cancellationToken);
        await inside.SendAsync(
        [
            NetlinkRequests.AddAddress(new LinkAddress { Link = "eth0", Address = GuestAddress, PrefixLength = 24 }),
            NetlinkRequests.SetLink("eth0", new LinkSpec { Up = true }),
        ], cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        _host?.Dispose();
        _guest?.Dispose();
    }
}
