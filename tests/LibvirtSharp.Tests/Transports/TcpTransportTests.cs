using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using LibvirtSharp.Tests.Support;
using LibvirtSharp.Transports;

namespace LibvirtSharp.Tests.Transports;

internal sealed class TcpTransportTests
{
    [Test]
    public async Task Address_of_a_zone_is_reached_with_its_port()
    {
        // Every link has addresses fe80::/10: without its zone one of them means nothing.
        (string name, IPAddress address) = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(card => card.GetIPProperties().UnicastAddresses.Select(each => (card.Name, each.Address)))
            .FirstOrDefault(each => each.Address.IsIPv6LinkLocal);
        if (name is null)
            Assert.Ignore("No interface has a link-local address.");
        using var listener = new TcpListener(address, 0);
        listener.Start();
        string bare = address.ToString().Split('%')[0];
        foreach (string zone in (string[])["%25" + name, "%" + name])
        {
            LibvirtUri uri = LibvirtUri.Parse($"qemu+tcp://[{bare}{zone}]:{((IPEndPoint)listener.LocalEndpoint).Port}/system");
            Task<Socket> accepting = listener.AcceptSocketAsync();
            await using Stream stream = await new TcpTransport().ConnectAsync(uri, CancellationToken.None);
            using Socket socket = await accepting.WaitAsync(Daemon.Patience);
            Assert.That(((IPEndPoint)socket.RemoteEndPoint!).Address.IsIPv6LinkLocal, Is.True);
        }
    }
}
