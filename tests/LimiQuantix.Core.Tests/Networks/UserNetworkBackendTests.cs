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
