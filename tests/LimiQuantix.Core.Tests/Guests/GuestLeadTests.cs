using System.Text;
using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Core.Tests.Lifecycle;
using LimiQuantix.Machines;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Guests;

/// <summary>Two engines and one guest: a channel of bytes is the leader's.</summary>
public sealed class GuestLeadTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public ValueTask RemoveFolderAsync() => _folder.DisposeAsync();

    [Test]
    public async Task Engine_that_does_not_lead_names_the_one_that_has_the_guests_bytes_and_takes_over_from_it()
    {
        await using var second = Host(VirtioChannel.GuestAgent);
        Guid id;
        await using (var first = Host(VirtioChannel.GuestAgent))
        {
            id = await MachineAsync(first, VirtioChannel.GuestAgent);
            // It leads, since it made the machine; its services may just be beginning.
            await Eventually.TrueAsync(() => ReadsAsync(first, id), "the leader has the session");

            var error = await Assert.ThrowsAsync<LimiQuantixException>(() => ReadAsync(second, id));

            Assert.That((error!.Code, error.IsTransient), Is.EqualTo((ErrorCodes.Unavailable, true)));
            Assert.That(error.Message, Does.Contain("engine of node 'local'").And.Contain($"process {Environment.ProcessId}"));
            Assert.That(await ReadAsync(first, id), Is.EqualTo("hello"), "nobody took its session away");
        }

        await Eventually.TrueAsync(() => ReadsAsync(second, id), "the heir has the session");
    }

    [Test]
    public async Task Commands_are_everybodys()
    {
        await using var first = Host(VirtioChannel.QemuGuestAgent);
        await using var second = Host(VirtioChannel.QemuGuestAgent);
        var id = await MachineAsync(first, VirtioChannel.QemuGuestAgent);

        Assert.That(await ReadAsync(second, id), Is.EqualTo("hello"));
        Assert.That(await ReadAsync(first, id), Is.EqualTo("hello"));
    }

    private LifecycleHost Host(string channel) => new(_folder.Combine("host"), services =>
        services.AddLimiQuantix().AddFakeGuestAgent(new FakeWorld(_folder.Combine("host/world")), configure: options => options.ChannelName = channel));

    private static async Task<Guid> MachineAsync(LifecycleHost host, string channel)
    {
        var spec = host.Spec(await host.ImageAsync()) with { Channels = [new VirtioChannel { Name = channel }] };
        var creation = await host.LimiQuantix.Machines.CreateAsync(spec);
        var machine = await creation.CompletedAsync().WaitAsync(Eventually.DefaultTimeout);
        host.World.Hypervisor().SetGuest(machine.Id, new FakeGuest { Files = new Dictionary<string, string> { ["/etc/motd"] = "hello" } });
        return machine.Id;
    }

    private static async Task<bool> ReadsAsync(LifecycleHost host, Guid id)
    {
        try
        {
            return await ReadAsync(host, id) == "hello";
        }
        catch (LimiQuantixException e) when (e.Code is ErrorCodes.Unavailable or ErrorCodes.NotLeader)
        {
            return false;
        }
    }

    private static async Task<string> ReadAsync(LifecycleHost host, Guid id) =>
        Encoding.UTF8.GetString((await host.LimiQuantix.Guests.ReadFileAsync(id, "/etc/motd"))!.Bytes.Span);
}
