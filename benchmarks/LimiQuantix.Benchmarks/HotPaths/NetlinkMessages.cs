using System.Net;
using BenchmarkDotNet.Attributes;
using Netlink;
using Netlink.Messages;

namespace LimiQuantix.Benchmarks.HotPaths;

/// <summary>Netlink's messages, written and read.</summary>
public class NetlinkMessages
{
    private const int Many = 100;

    private readonly LinkSpec _vxlan = new()
    {
        Name = "lq-vxlan7", Mtu = 1450, Address = MacAddress.Parse("02:00:00:00:00:01"), Up = true,
        Kind = new Vxlan { Id = 7, Local = IPAddress.Parse("10.0.0.1"), Device = 2, Learning = false },
    };

    private readonly Route _route = new() { Destination = IPNetwork.Parse("10.1.0.0/16"), Gateway = IPAddress.Parse("10.0.0.1"), Link = 7, Metric = 4 };
    private byte[] _links = [];

    [GlobalSetup]
    public void SetUp()
    {
        // What the kernel tells of a link has the form of what it is told.
        byte[] link = NetlinkRequests.AddLink(_vxlan).Message.ToArray();
        BitConverter.TryWriteBytes(link, link.Length);
        BitConverter.TryWriteBytes(link.AsSpan(4), (ushort)16);
        _links = [.. Enumerable.Repeat(link, Many).SelectMany(each => each)];
    }

    [Benchmark]
    [Work("Netlink: write the request for a VXLAN link")]
    public int WriteLink() => NetlinkRequests.AddLink(_vxlan).Length;

    [Benchmark]
    [Work("Netlink: write the request for a route")]
    public int WriteRoute() => NetlinkRequests.AddRoute(_route).Length;

    [Benchmark(OperationsPerInvoke = Many)]
    [Work("Netlink: read a link, 100 in a datagram")]
    public int ReadLinks()
    {
        int sum = 0;
        var reader = new MessageReader(_links);
        while (reader.Read())
            sum += LinkReader.Read(reader.Payload).Mtu;
        return sum;
    }
}
