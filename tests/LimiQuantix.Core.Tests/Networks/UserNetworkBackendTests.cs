using LimiQuantix.Conformance;
using LimiQuantix.Core.Networks;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;

namespace LimiQuantix.Core.Tests.Networks;

public sealed class UserNetworkBackendTests
{
    private readonly PortDefinition _port = new()
    {
        Ownership = new Ownership { InstallationId = Guid.CreateVersion7(), ResourceId = Guid.CreateVersion7() },
        NetworkId = Guid.CreateVersion7(),
        MacAddress = "52:54:00:00:00:01",
        Forwards = [new PortForward { GuestPort = 22 }],
    };

    [Test]
    public async Task Ensure_port_chooses_a_host_port_once()
    {
        await using var fabric = new UserNetworkBackend(_port.Ownership.InstallationId);
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
        await using var fabric = new UserNetworkBackend(_port.Ownership.InstallationId);
        await fabric.EnsurePortAsync(_port);
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => fabric.EnsurePortAsync(_port with { Forwards = [] }));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.Conflict));
    }

    [Test]
    public async Task Bind_of_a_deleted_port_is_not_found_and_deleting_again_succeeds()
    {
        await using var fabric = new UserNetworkBackend(_port.Ownership.InstallationId);
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
        await using var fabric = new UserNetworkBackend(_port.Ownership.InstallationId);
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(
            () => fabric.EnsurePortAsync(_port with { Forwards = [new PortForward { GuestPort = 22, HostAddress = address }] }));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
    }
}
