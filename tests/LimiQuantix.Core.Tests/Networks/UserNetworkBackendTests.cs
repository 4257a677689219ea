using System.Net;
using System.Net.Sockets;
using LimiQuantix.Conformance;
using LimiQuantix.Core.Networks;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;

namespace LimiQuantix.Core.Tests.Networks;

public sealed class UserNetworkBackendTests
{
    private static readonly PortForward[] Ssh = [new PortForward { GuestPort = 22 }];

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
        };
    }

    [TearDown]
    public async Task RemoveHostAsync() => await _host.DisposeAsync();

    [Test]
    public async Task Bind_chooses_a_host_port_once_for_each_node()
    {
        await using var fabric = new UserNetworkBackend(_host.Context);
        await fabric.EnsurePortAsync(_port);
        var first = await BindAsync(fabric, Ssh);
        var elsewhere = await BindAsync(fabric, Ssh, node: new NodeId("elsewhere"));
        Assert.That(first.Single().HostPort, Is.InRange(1, 65535));
        Assert.That(await BindAsync(fabric, Ssh), Is.EqualTo(first));
        Assert.That(await BindAsync(fabric, first), Is.EqualTo(first));
        Assert.That(await BindAsync(fabric, Ssh, node: new NodeId("elsewhere")), Is.EqualTo(elsewhere));
    }

    [Test]
    public async Task Bind_is_a_conflict_when_the_forwards_differ_until_it_is_unbound()
    {
        await using var fabric = new UserNetworkBackend(_host.Context);
        await fabric.EnsurePortAsync(_port);
        await BindAsync(fabric, Ssh);
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => BindAsync(fabric, []));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.Conflict));
        await fabric.UnbindPortAsync(_port.Ownership.ResourceId, NodeId.Local);
        Assert.That(await BindAsync(fabric, []), Is.Empty);
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
            var definition = _port with { Ownership = _port.Ownership with { ResourceId = Guid.CreateVersion7() } };
            await fabric.EnsurePortAsync(definition);
            var made = await BindAsync(fabric, [.. Enumerable.Range(1, 64).Select(guest => new PortForward { GuestPort = guest })], port: definition);
            Assert.That(made.Select(forward => forward.HostPort), Has.All.Matches<int>(chosen.Add));
        }
    }

    [Test]
    public async Task Ports_of_others_are_not_chosen_and_what_is_taken_is_chosen_anew_where_it_may()
    {
        await using var first = new UserNetworkBackend(_host.Context);
        await first.EnsurePortAsync(_port);
        var made = await BindAsync(first, [.. Enumerable.Range(1, 8).Select(guest => new PortForward { GuestPort = guest })]);
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Any, made[0].HostPort));
        other.Listen();

        // As after a restart: it knows of nothing.
        await using var fabric = new UserNetworkBackend(_host.Context);
        await fabric.EnsurePortAsync(_port);
        PortForward[] theirs = [made[1] with { GuestPort = 99, HostAddress = "0.0.0.0" }];
        Assert.That(await BindAsync(fabric, made, theirs, []), Is.EqualTo(made), "nothing is chosen that was not to be");

        var renewed = await BindAsync(fabric, made, theirs, [.. made.Where(forward => forward != made[1])]);
        Assert.That(renewed[0].HostPort, Is.Not.EqualTo(made[0].HostPort).And.Not.Zero);
        Assert.That(renewed.Skip(1), Is.EqualTo(made.Skip(1)));
        // An engine that ended before it stored them asks with those of before.
        var again = await BindAsync(fabric, made, theirs, made);
        Assert.That(again[0], Is.EqualTo(renewed[0]));
        Assert.That(again[1].HostPort, Is.Not.EqualTo(made[1].HostPort));
        Assert.That(again.Select(forward => forward.HostPort), Is.Unique);
    }

    [TestCase("192.0.2.1")]
    [TestCase("nowhere")]
    public async Task Bind_refuses_an_address_that_is_not_this_machines(string address)
    {
        await using var fabric = new UserNetworkBackend(_host.Context);
        await fabric.EnsurePortAsync(_port);
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => BindAsync(fabric, [new PortForward { GuestPort = 22, HostAddress = address }]));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
    }

    private async Task<IReadOnlyList<PortForward>> BindAsync(
        UserNetworkBackend fabric, IReadOnlyList<PortForward> forwards, IReadOnlyList<PortForward>? taken = null, IReadOnlyList<PortForward>? anew = null,
        PortDefinition? port = null, NodeId? node = null)
    {
        var id = (port ?? _port).Ownership.ResourceId;
        var bound = await fabric.BindPortAsync(new BindPortRequest
        {
            Call = ShortCalls.Engine, PortId = id, MachineId = id, Node = node ?? NodeId.Local, Forwards = forwards, Taken = taken ?? [], ChosenAnew = anew ?? [],
        });
        Assert.That(((UserNic)bound.Attachment).Forwards, Is.EqualTo(bound.Forwards));
        return bound.Forwards;
    }
}
