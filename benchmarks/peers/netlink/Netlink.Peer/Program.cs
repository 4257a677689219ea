// A worker of the benchmark: does what its standard input says, one task a line, and answers with one line of JSON each.
//   build NAMESPACE SETS batch|single     bridge, vxlan, veth, enslave, forwarding entry, so many times
//   dump NAMESPACE                        the forwarding entries of vx0
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Netlink;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

IPAddress local = IPAddress.Parse("10.9.0.1"), remote = IPAddress.Parse("10.9.0.2");
using Process self = Process.GetCurrentProcess();
Console.WriteLine("ready");
while (await Console.In.ReadLineAsync() is { } line)
{
    string[] task = line.Split(' ');
    using NetworkNamespace space = NetworkNamespace.Open(task[1]);
    await using RtnetlinkConnection connection = await RtnetlinkConnection.OpenAsync(space);
    await connection.Links.ListAsync();
    int sets = task[0] == "build" ? int.Parse(task[2], CultureInfo.InvariantCulture) : 1, count = 0;
    self.Refresh();
    TimeSpan processor = self.TotalProcessorTime;
    long start = Stopwatch.GetTimestamp();
    for (int i = 0; i < sets; i++)
    {
        if (task[0] == "dump")
        {
            count = (await connection.Fdb.ListAsync("vx0")).Count;
            continue;
        }
        NetlinkRequest[] requests = Requests(i);
        if (task[3] == "batch")
        {
            await connection.SendAsync(requests);
            continue;
        }
        foreach (NetlinkRequest request in requests)
            await connection.SendAsync(request);
    }
    TimeSpan took = Stopwatch.GetElapsedTime(start);
    self.Refresh();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $$"""{"seconds":{{took.TotalSeconds / sets}},"cpu":{{(self.TotalProcessorTime - processor).TotalSeconds / sets}},"count":{{count}}}"""));
}

NetlinkRequest[] Requests(int i) =>
[
    NetlinkRequests.AddLink(new LinkSpec { Name = $"br{i}", Kind = new Bridge() }),
    NetlinkRequests.AddLink(new LinkSpec { Name = $"vx{i}", Master = $"br{i}", Kind = new Vxlan { Id = (uint)(100 + i), Local = local, Learning = false } }),
    NetlinkRequests.AddLink(new LinkSpec { Name = $"t{i}", Kind = new Veth { Peer = new LinkSpec { Name = $"p{i}" } } }),
    NetlinkRequests.SetLink($"t{i}", new LinkSpec { Master = $"br{i}" }),
    NetlinkRequests.AppendFdb(new FdbEntry { Link = $"vx{i}", Address = MacAddress.Zero, Destination = remote }),
];
