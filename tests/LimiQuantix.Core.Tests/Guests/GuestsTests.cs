using System.Text;
using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Core.Tests.Lifecycle;
using LimiQuantix.Guests;
using LimiQuantix.Machines;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Guests;

/// <summary>What hosts do with guests, on the strict fakes: providers beside the engine, and behind a wire beside their hypervisor.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class GuestsTests(bool isRemote)
{
    private TemporaryFolder _folder = null!;
    private FakeWorld _world = null!;
    private ServiceProvider _services = null!;
    private VirtualMachine _machine = null!;

    private IGuests Guests => _services.GetRequiredService<ILimiQuantix>().Guests;

    [SetUp]
    public async Task StartAsync()
    {
        _folder = new TemporaryFolder();
        _world = new FakeWorld(_folder.Combine("world"));
        var services = new ServiceCollection();
        services.AddLimiQuantix(options =>
            {
                options.DataDirectory = _folder.Combine("data");
                options.RuntimeDirectory = _folder.Combine("run");
            })
            .UseInMemoryState()
            .AddFakeHypervisor(_world, configure: options => options.IsRemote = isRemote)
            .AddFakeStorage(_world)
            .AddFakeGuestAgent(_world, "qga", configure: options => options.IsRemote = isRemote)
            .AddFakeGuestAgent(_world, "ours", configure: options =>
            {
                options.IsRemote = isRemote;
                options.ChannelName = VirtioChannel.GuestAgent;
            });
        _services = services.BuildServiceProvider();
        var platform = _services.GetRequiredService<ILimiQuantix>();
        var image = await platform.Images.EnsureAsync(await _folder.WriteAsync("disk.raw", LifecycleHost.Disk()));
        var creation = await platform.Machines.CreateAsync(new MachineSpec
        {
            Name = "web-1",
            Disks = [DiskSpec.FromImage(image.Id, 1L << 30)],
            Memory = new MachineMemory { SizeBytes = 256L << 20 },
            AllowNoLogin = true,
        });
        _machine = await creation.CompletedAsync().WaitAsync(Eventually.DefaultTimeout);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _services.DisposeAsync();
        _world.Dispose();
        await _folder.DisposeAsync();
    }

    [Test]
    public async Task No_file_is_an_answer_and_no_agent_an_error()
    {
        var absent = await Assert.ThrowsAsync<LimiQuantixException>(() => Guests.ReadFileAsync(_machine.Id, "/etc/motd"));
        Assert.That(absent!.Code, Is.EqualTo(ErrorCodes.AgentAbsent));

        _world.Hypervisor().SetGuest(_machine.Id, new FakeGuest { Files = new Dictionary<string, string> { ["/etc/motd"] = "hello" } });

        Assert.That(await Guests.ReadFileAsync(_machine.Id, "/no/such/file"), Is.Null);
        var file = await Guests.ReadFileAsync(_machine.Id, "/etc/motd", new ReadGuestFileOptions { MaxBytes = 4 });
        Assert.That((Encoding.UTF8.GetString(file!.Bytes.Span), file.Kind), Is.EqualTo(("hell", "fake")));
        Assert.That((await Guests.GetAgentAsync(_machine.Id)).Product, Is.EqualTo("fake-agent"));
    }

    [TestCase(true, false, PowerState.Running, ErrorCodes.AgentSilent)]
    [TestCase(false, true, PowerState.Running, ErrorCodes.AgentRefused)]
    [TestCase(false, false, PowerState.Paused, ErrorCodes.MachinePaused)]
    [TestCase(false, false, PowerState.Stopped, ErrorCodes.FailedPrecondition)]
    public async Task Each_reason_for_no_answer_is_an_error_of_its_own(bool isSilent, bool refuses, PowerState power, string code)
    {
        _world.Hypervisor().SetGuest(_machine.Id, new FakeGuest { IsSilent = isSilent, Refuses = refuses ? ["read"] : [] });
        _world.Hypervisor().SetPower(_machine.Id, power);

        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => Guests.ReadFileAsync(_machine.Id, "/etc/motd"));

        Assert.That(error!.Code, Is.EqualTo(code));
    }

    [Test]
    public async Task Machine_without_a_channel_has_no_agent()
    {
        var platform = _services.GetRequiredService<ILimiQuantix>();
        var creation = await platform.Machines.CreateAsync(_machine.Spec with { Name = "web-2", Channels = [], Start = false });
        var machine = await creation.CompletedAsync().WaitAsync(Eventually.DefaultTimeout);

        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => Guests.GetAgentAsync(machine.Id));

        Assert.That((error!.Code, error.Remedy), Is.EqualTo((ErrorCodes.AgentAbsent, error.Remedy)));
        Assert.That(error.Remedy, Does.Contain("channel"));
    }

    [TestCase("", 1)]
    [TestCase("/a\0b", 1)]
    [TestCase("/etc/motd", 0)]
    [TestCase("/etc/motd", (1 << 20) + 1)]
    public async Task Request_that_is_none_is_refused_before_anybody_is_asked(string path, int maxBytes)
    {
        var error = await Assert.ThrowsAsync<LimiQuantixException>(() => Guests.ReadFileAsync(_machine.Id, path, new ReadGuestFileOptions { MaxBytes = maxBytes }));

        Assert.That(error!.Code, Is.EqualTo(ErrorCodes.InvalidArgument));
    }

    // terraform-provider-libvirt 1050: a machine could not be read while its agent did not answer.
    [TestCase(true)]
    [TestCase(false)]
    public async Task Machine_whose_agent_gives_no_answer_is_got_all_the_same(bool isSilent)
    {
        _world.Hypervisor().SetGuest(_machine.Id, new FakeGuest { IsSilent = isSilent, Refuses = isSilent ? [] : ["addresses"], Addresses = ["192.0.2.7"] });

        var machine = await _services.GetRequiredService<ILimiQuantix>().Machines.GetAsync(_machine.Id).WaitAsync(Eventually.DefaultTimeout);

        Assert.That((machine.Status.PowerState, machine.Status.Error, machine.Status.Addresses.Count), Is.EqualTo((PowerState.Running, (LimiQuantixError?)null, 0)));
    }

    [Test]
    public async Task Addresses_and_readiness_come_from_the_agent()
    {
        var machines = _services.GetRequiredService<ILimiQuantix>().Machines;
        Assert.That((await machines.GetAsync(_machine.Id)).Status.Addresses, Is.Empty);

        _world.Hypervisor().SetGuest(_machine.Id, new FakeGuest { Addresses = ["192.0.2.7"] });

        var ready = await machines.WaitAsync(_machine.Id, Readiness.Agent, new WaitOptions { Timeout = TimeSpan.FromMinutes(1) });
        Assert.That(ready.Status.Addresses.Select(address => (address.Address, address.Source)), Is.EqualTo([("192.0.2.7", AddressSource.Agent)]));
    }
}
