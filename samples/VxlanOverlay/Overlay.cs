using System.Net.NetworkInformation;
using Netlink;

namespace VxlanOverlay;

/// <summary>Two hosts with a guest each, one Ethernet segment for the guests over the hosts' network.</summary>
internal sealed class Overlay : IAsyncDisposable
{
    public const uint Segment = 100;

    /// <summary>The underlay's 1600 less the 50 bytes of VXLAN over IPv4.</summary>
    public const int Mtu = 1550;

    private readonly string _prefix;

    private Overlay(string prefix)
    {
        _prefix = prefix;
        Hosts = [new OverlayHost(prefix, 1), new OverlayHost(prefix, 2)];
    }

    public OverlayHost[] Hosts { get; }

    public static async Task<Overlay> BuildAsync(string prefix, CancellationToken cancellationToken)
    {
        var overlay = new Overlay(prefix);
        try
        {
            foreach (OverlayHost host in overlay.Hosts)
                await host.CreateAsync(cancellationToken);
            await overlay.Hosts[0].Connection.Links.AddAsync(new LinkSpec
            {
                Name = "underlay", Mtu = Mtu + 50, Kind = new Veth { Peer = new LinkSpec { Name = "underlay", Mtu = Mtu + 50, Namespace = overlay.Hosts[1].HostNamespace } },
            }, cancellationToken);
            await Task.WhenAll(overlay.Hosts[0].ConnectAsync(overlay.Hosts[1], cancellationToken), overlay.Hosts[1].ConnectAsync(overlay.Hosts[0], cancellationToken));
            return overlay;
        }
        catch
        {
            await overlay.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes the names of an overlay's namespaces away; they go with all that is in them once nobody holds them.</summary>
    /// <returns>How many there were.</returns>
    public static int Delete(string prefix) => new[] { $"{prefix}-host1", $"{prefix}-host2", $"{prefix}-guest1", $"{prefix}-guest2" }.Count(NetworkNamespace.Delete);

    /// <summary>Pings the second guest from the first, whose namespace the socket is opened in.</summary>
    public Task<string> PingAsync(CancellationToken cancellationToken) => Hosts[0].GuestNamespace.RunAsync(
        () =>
        {
            using var ping = new Ping();
            PingReply reply = ping.Send(Hosts[1].GuestAddress, timeout: 2000);
            return reply.Status == IPStatus.Success ? $"answered in {reply.RoundtripTime} ms" : reply.Status.ToString();
        },
        cancellationToken);

    /// <summary>What the first host's tunnel has sent.</summary>
    public async Task<(ulong Frames, ulong Bytes)> CountAsync(CancellationToken cancellationToken)
    {
        LinkStatistics sent = (await Hosts[0].Connection.Links.GetAsync("vx100", cancellationToken)).Statistics!;
        return (sent.SentPackets, sent.SentBytes);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (OverlayHost host in Hosts)
            await host.DisposeAsync();
        Delete(_prefix);
    }
}
