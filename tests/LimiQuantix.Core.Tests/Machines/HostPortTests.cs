using System.Net;
using System.Net.Sockets;
using LimiQuantix.Core.Networks;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.State;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Machines;

/// <summary>Host ports that the engine chooses: none is chosen twice, and one that is taken is chosen anew.</summary>
public sealed class HostPortTests
{
    private static readonly PortForward Ssh = new() { GuestPort = 22 };

    [Test]
    public async Task Forwards_of_one_machine_never_share_a_port()
    {
        await using var platform = await Platform.StartAsync();
        PortForward[] many = [.. Enumerable.Range(1, 60).Select(port => new PortForward { GuestPort = port })];
        var machine = await platform.CreateAsync(Spec(platform, "web-1") with
        {
            Nics = [new NicSpec { Forwards = many }, new NicSpec { Forwards = [Ssh, Ssh with { Protocol = TransportProtocol.Udp }] }],
        });
        Assert.That(machine.Status.Forwards.Where(forward => forward.Protocol == TransportProtocol.Tcp).Select(forward => forward.HostPort), Is.Unique.And.All.GreaterThan(0));
        Assert.That(machine.Status.Forwards, Has.Count.EqualTo(62));
    }

    [Test]
    public async Task Fabric_is_told_of_every_port_of_the_node_chosen_or_named_of_machines_on_or_off_after_a_restart_too()
    {
        await using var folder = new TemporaryFolder();
        FakePlatform fake = new() { HasNetwork = true };
        VirtualMachine off, named;
        Guid network;
        await using (var first = await Platform.StartAsync(dataDirectory: folder.Path, fake: fake, inMemory: false))
        {
            network = await AddNetworkAsync(first);
            off = await first.CreateAsync(On(first, "off", Ssh) with { Start = false });
            named = await first.CreateAsync(On(first, "named", Ssh with { HostPort = 40022 }, Ssh with { HostPort = 40023, HostAddress = "127.0.0.9" }) with { Start = false });
            var gone = await first.CreateAsync(On(first, "gone", Ssh));
            await (await first.LimiQuantix.Machines.DeleteAsync(gone.Id)).CompletedAsync();
        }

        await using var second = await Platform.StartAsync(dataDirectory: folder.Path, fake: fake, inMemory: false);
        fake.PortsAsked.Clear();
        var late = await second.CreateAsync(On(second, "late", Ssh, Ssh with { HostPort = 40099 }));
        Assert.That(fake.PortsAsked.First().Taken, Is.EquivalentTo(off.Status.Forwards.Concat(named.Status.Forwards)));
        Assert.That(late.Status.Forwards[0].HostPort, Is.Not.Zero.And.Not.EqualTo(off.Status.Forwards[0].HostPort).And.Not.EqualTo(40099));

        MachineSpec On(Platform platform, string name, params PortForward[] forwards) =>
            platform.Spec(name) with { Nics = [new NicSpec { Source = new NetworkNicSource { NetworkId = network }, Forwards = forwards }] };
    }

    [Test]
    public async Task Chosen_port_that_is_taken_at_the_next_start_is_chosen_anew()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await platform.CreateAsync(Spec(platform, "web-1", Ssh, Ssh with { GuestPort = 80 }));
        await (await machines.StopAsync(machine.Id, new() { Mode = StopMode.Force })).CompletedAsync();

        using var other = Listen(machine.Status.Forwards[0]);
        platform.Hypervisor.FailOnce[nameof(IHypervisor.StartAsync)] = Taken;
        var started = await (await machines.StartAsync(machine.Id)).CompletedAsync();

        Assert.That(started.Status.PowerState, Is.EqualTo(PowerState.Running));
        Assert.That(started.Status.Forwards[0].HostPort, Is.Not.EqualTo(machine.Status.Forwards[0].HostPort).And.Not.Zero);
        Assert.That(started.Status.Forwards[1], Is.EqualTo(machine.Status.Forwards[1]), "what is free stays");
        var nic = (UserNic)platform.Hypervisor.Defined[machine.Id].Nics[0].Attachment;
        Assert.That(nic.Forwards, Is.EqualTo(started.Status.Forwards), "the hypervisor has the new one");
        Assert.That(started.SshCommand, Does.Contain($"-p {started.Status.Forwards[0].HostPort} "));
    }

    [Test]
    public async Task Port_that_the_host_asked_for_or_asked_to_keep_is_not_chosen_anew_and_its_holder_is_named()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var kept = await platform.CreateAsync(Spec(platform, "kept", Ssh with { KeepHostPort = true }) with { Start = false });
        using var other = Listen(kept.Status.Forwards[0]);
        await RefusedAsync(kept.Id);
        Assert.That((await machines.GetAsync(kept.Id)).Status.Forwards, Is.EqualTo(kept.Status.Forwards));

        var first = await platform.CreateAsync(Spec(platform, "first", Ssh with { HostPort = 40122, HostAddress = "0.0.0.0" }));
        var second = await platform.CreateAsync(Spec(platform, "second", Ssh with { HostPort = 40122 }) with { Start = false });
        Assert.That((await RefusedAsync(second.Id)).Message, Does.Contain("'first'").And.Contain("40122"));
        Assert.That((await machines.GetAsync(first.Id)).Status.PowerState, Is.EqualTo(PowerState.Running));

        async Task<LimiQuantixException> RefusedAsync(Guid id)
        {
            platform.Hypervisor.FailOnce[nameof(IHypervisor.StartAsync)] = Taken;
            var start = await machines.StartAsync(id);
            var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => start.CompletedAsync());
            Assert.That(refused!.Code, Is.EqualTo(ErrorCodes.HostPortTaken));
            return refused;
        }
    }

    private static LimiQuantixException Taken => new(ErrorCodes.HostPortTaken, "A port of the node that the machine forwards is taken.");

    private static Socket Listen(PortForward forward)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(forward.HostAddress), forward.HostPort));
        socket.Listen();
        return socket;
    }

    private static MachineSpec Spec(Platform platform, string name, params PortForward[] forwards) => platform.Spec(name) with { Nics = [new NicSpec { Forwards = forwards }] };

    private static async Task<Guid> AddNetworkAsync(Platform platform)
    {
        var network = new NetworkDocument { Id = Guid.CreateVersion7(), Project = Caller.DefaultProject, Name = "recorded", Spec = new NetworkSpec { Fabric = "recording" } };
        var write = platform.Services.GetRequiredService<ResourceTable<NetworkDocument>>().Insert(network);
        await platform.Services.GetRequiredService<IStateStore>().CommitOrThrowAsync(StateWrite.Combine(null, write), default);
        return network.Id;
    }
}
