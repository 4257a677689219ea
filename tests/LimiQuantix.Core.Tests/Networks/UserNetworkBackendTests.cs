using System.Net;
using System.Net.Sockets;
using LimiQuantix.Conformance;
using LimiQuantix.Core.Networks;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;

namespace LimiQuantix.Core.Tests.Networks;

public sealed class UserNetworkBackendTests
{
    private SuiteHost _host = null!;
    private PortDefinition _port = null!;

    [SetUp]
    public void MakeHost()
    {
        _host = new SuiteHost();
        _port = new PortDefinition
        {
            Ownership = new Ownership { InstallationId = _host.Context.InstallationId, ResourceId = Guid.CreateVersion7() },
            NetworkId = Guid.CreateVersion7(),
            MacAddress = "52:54:00:00:00:01",
            Forwards = [new PortForward { GuestPort = 22 }],
        };
    }

    [TearDown]
    public async Task RemoveHostAsync() => await _host.DisposeAsync();

    [Test]
    public async Task Ensure_port_chooses_a_host_port_once()
    {
        await using var fabric = new UserNetworkBackend(_host.Context);
        var first = await fabric.EnsurePortAsync(_port);
        var second = await fabric.EnsurePortAsync(_port);
        var resolved = await fabric.EnsurePortAsync(_port with { Forwards = first.Forwards });
        Assert.That(first.Forwards.Single().HostPort, Is.InRange(1, 65535));
        Assert.That(second.Forwards, Is.EqualTo(first.Forwards));
        Assert.That(resolved.Forwards, Is.EqualTo(first.Forwards));
        var nic = (UserNic)await fabric.BindPortAsync(_port.Ownership.ResourceId, NodeId.Local);
        Assert.That(nic.Forwards, Is.EqualTo(first.Forwards));
    }

    [Test]
    public async Task Ensure_port_is_a_conflict_when_the_forwards_differ()
    {
        await using var fabric = new UserNetworkBackend(_host.Context);
        await fabric.EnsurePortAsync(_port);
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => fabric.EnsurePortAsync(_port with { Forwards = [] }));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.Conflict));
    }

    [Test]
    public async Task Bind_of_a_deleted_port_is_not_found_and_deleting_again_succeeds()
    {
        await using var fabric = new UserNetworkBackend(_host.Context);
        await fabric.EnsurePortAsync(_port);
        await fabric.DeletePortAsync(_port.Ownership.ResourceId);
        await fabric.DeletePortAsync(_port.Ownership.ResourceId);
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => fabric.BindPortAsync(_port.Ownership.ResourceId, NodeId.Local));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.NotFound));
    }

    [Test]
    public async Task No_port_is_chosen_twice_by_many_forwards_and_ports()
    {
        await using var fabric = new UserNetworkBackend(_host.Context);
        HashSet<int> chosen = [];
        for (var port = 0; port < 40; port++)
        {
            var forwards = Enumerable.Range(1, 64).Select(guest => new PortForward { GuestPort = guest });
            var made = await fabric.EnsurePortAsync(_port with { Ownership = _port.Ownership with { ResourceId = Guid.CreateVersion7() }, Forwards = [.. forwards] });
            Assert.That(made.Forwards.Select(forward => forward.HostPort), Has.All.Matches<int>(chosen.Add));
        }
    }

    [Test]
    public async Task Ports_of_others_are_not_chosen_and_what_is_taken_is_chosen_anew_where_it_may()
    {
        await using var first = new UserNetworkBackend(_host.Context);
        var made = await first.EnsurePortAsync(_port with { Forwards = [.. Enumerable.Range(1, 8).Select(guest => new PortForward { GuestPort = guest })] });
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Any, made.Forwards[0].HostPort));
        other.Listen();

        // As after a restart: it knows of nothing.
        await using var fabric = new UserNetworkBackend(_host.Context);
        var definition = _port with { Forwards = made.Forwards };
        var theirs = made.Forwards[1] with { GuestPort = 99, HostAddress = "0.0.0.0" };
        Task<PortObservation> EnsureAsync(PortForward[] taken, IReadOnlyList<PortForward> anew) => fabric.EnsurePortAsync(definition, taken, anew);
        Assert.That((await EnsureAsync([theirs], [])).Forwards, Is.EqualTo(made.Forwards), "nothing is chosen that was not to be");

        var renewed = (await EnsureAsync([theirs], [.. made.Forwards.Where(forward => forward != made.Forwards[1])])).Forwards;
        Assert.That(renewed[0].HostPort, Is.Not.EqualTo(made.Forwards[0].HostPort).And.Not.Zero);
        Assert.That(renewed.Skip(1), Is.EqualTo(made.Forwards.Skip(1)));
        // An engine that ended before it stored them asks with those of before.
        var again = (await EnsureAsync([theirs], made.Forwards)).Forwards;
        Assert.That(again[0], Is.EqualTo(renewed[0]));
        Assert.That(again[1].HostPort, Is.Not.EqualTo(made.Forwards[1].HostPort));
        Assert.That(again.Select(forward => forward.HostPort), Is.Unique);
        Assert.That(((UserNic)await fabric.BindPortAsync(_port.Ownership.ResourceId, NodeId.Local)).Forwards, Is.EqualTo(again));
    }

    [TestCase("192.0.2.1")]
    [TestCase("nowhere")]
    public async Task Ensure_port_refuses_an_address_that_is_not_this_machines(string address)
    {
        await using var fabric = new UserNetworkBackend(_host.Context);
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(
            () => fabric.EnsurePortAsync(_port with { Forwards = [new PortForward { GuestPort = 22, HostAddress = address }] }));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
    }
}
