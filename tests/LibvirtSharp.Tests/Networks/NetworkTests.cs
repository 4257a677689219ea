using System.Buffers.Binary;
using LibvirtSharp.Protocol;
using LibvirtSharp.Rpc;
using LibvirtSharp.Tests.Support;

namespace LibvirtSharp.Tests;

internal sealed class NetworkTests
{
    [TestCase(true, (int)NetworkUpdateCommand.Delete, (int)NetworkUpdateSection.DnsHost)]
    [TestCase(false, (int)NetworkUpdateSection.DnsHost, (int)NetworkUpdateCommand.Delete)]
    public async Task Update_is_sent_as_the_daemon_takes_it(bool isOrdered, int first, int second)
    {
        await using var server = new FakeServer();
        server.On(RemoteProcedure.ConnectSupportsFeature, call => call.ReplyAsync(
            w => w.Int(isOrdered || BinaryPrimitives.ReadInt32BigEndian(call.Payload) != (int)DriverFeature.NetworkUpdateHasCorrectOrder ? 1 : 0)));
        server.On(RemoteProcedure.NetworkLookupByName, call => call.ReplyAsync(w =>
        {
            w.String("net", 100);
            w.Raw(new byte[16]);
        }));
        int[] sent = [];
        server.On(RemoteProcedure.NetworkUpdate, call =>
        {
            // After the name, its length and the UUID.
            sent = [.. Enumerable.Range(0, 3).Select(i => BinaryPrimitives.ReadInt32BigEndian(call.Payload.AsSpan(24 + 4 * i)))];
            return call.ReplyAsync();
        });
        await using LibvirtConnection connection = await server.ConnectAsync();
        Network network = await connection.LookupNetworkByNameAsync("net");
        await network.UpdateAsync(NetworkUpdateCommand.Delete, NetworkUpdateSection.DnsHost, "<host/>", 5);
        Assert.That(sent, Is.EqualTo(new[] { first, second, 5 }));
    }
}
