using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Core.Tests.Lifecycle;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Nodes;
using LimiQuantix.Plugins;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Instances;

/// <summary>What providers declare decides where a machine can be, and nothing that is not declared ever reaches a provider.</summary>
public sealed class FeatureTests
{
    private static readonly InstanceKey Hypervisor = new() { Contract = nameof(IHypervisor), Name = "fake", Node = NodeId.Local };
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public async Task TearDown() => await _folder.DisposeAsync();

    [Test]
    public async Task Feature_that_nobody_declares_is_refused_with_where_it_is_asked_for_and_nothing_is_made()
    {
        await using var host = Start(ProviderFeatures.CpuModel);
        var spec = host.Spec(await host.ImageAsync()) with { Cpu = new MachineCpu { Model = "host" }, Devices = [new WatchdogDevice()] };

        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => host.LimiQuantix.Machines.CreateAsync(spec));
        var plan = await host.LimiQuantix.Machines.PlanCreateAsync(spec);

        Assert.That(refused!.Code, Is.EqualTo(ErrorCodes.UnsupportedFeature));
        Assert.That(refused.Message, Does.Contain("node 'local'").And.Contain("hypervisor 'fake' does not understand devices.watchdog").And.Not.Contain("cpu.model"));
        Assert.That(refused.Error.Problems.Select(problem => (problem.Pointer, problem.Code)), Is.EqualTo(new[] { ("/devices/0", ErrorCodes.UnsupportedFeature) }));
        Assert.That(plan.Error, Is.EqualTo(refused.Error));
        Assert.That((await host.LimiQuantix.Machines.ListAsync()).Items, Is.Empty);
        Assert.That(host.World.Hypervisor().Machines, Is.Empty);
    }

    [Test]
    public async Task Declared_feature_reaches_the_provider_and_the_instance_tells_it()
    {
        await using var host = Start(ProviderFeatures.DeviceWatchdog, ProviderFeatures.CpuModel);
        var spec = host.Spec(await host.ImageAsync()) with { Devices = [new WatchdogDevice { Action = WatchdogAction.PowerOff }] };

        var machine = await (await host.LimiQuantix.Machines.CreateAsync(spec)).CompletedAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.That(host.World.Hypervisor().Find(machine.Id)!.Definition!.Devices.Single(), Is.EqualTo(new WatchdogDevice { Action = WatchdogAction.PowerOff }));
        await Eventually.TrueAsync(async () => (await host.LimiQuantix.Instances.GetAsync(Hypervisor)).Features is { Count: 2 }, "the leader has asked");
        Assert.That((await host.LimiQuantix.Instances.GetAsync(Hypervisor)).Features, Is.EqualTo(new[] { ProviderFeatures.CpuModel, ProviderFeatures.DeviceWatchdog }));
    }

    [Test]
    public async Task Forwards_are_a_feature_of_fabrics_that_the_user_mode_network_declares()
    {
        await using var host = Start();
        var spec = host.Spec(await host.ImageAsync());
        var machine = await (await host.LimiQuantix.Machines.CreateAsync(spec with { Nics = [new NicSpec { Forwards = [new PortForward { GuestPort = 22 }] }] }))
            .CompletedAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.That(machine.Status.Forwards.Single().HostPort, Is.Positive, "the user-mode network declares them");
    }

    [Test]
    public async Task Chosen_addresses_are_a_feature_of_fabrics_and_the_user_mode_network_has_it_not()
    {
        await using var host = Start();
        var spec = host.Spec(await host.ImageAsync()) with { Nics = [new NicSpec { Addresses = ["10.0.0.5"] }] };

        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => host.LimiQuantix.Machines.CreateAsync(spec));

        Assert.That((refused!.Code, refused.Error.Problems.Single().Pointer), Is.EqualTo((ErrorCodes.UnsupportedFeature, "/nics/0/addresses")));
    }

    [Test]
    public async Task Last_declaration_is_kept_while_the_instance_does_not_answer_and_over_a_restart()
    {
        await using (var host = Start(ProviderFeatures.CpuModel))
        {
            await host.ImageAsync();
            await Eventually.TrueAsync(async () => (await host.LimiQuantix.Instances.GetAsync(Hypervisor)).Features is { Count: 1 }, "the leader has asked");
        }

        await using var later = Start(ProviderFeatures.CpuModel);
        later.World.Faults.Hang(nameof(IDeclaresFeatures.DeclareFeaturesAsync), ignoresToken: true);
        var spec = later.Spec(await later.ImageAsync());

        Assert.That((await later.LimiQuantix.Machines.PlanCreateAsync(spec with { Cpu = new MachineCpu { Model = "host" } })).Error, Is.Null);
        Assert.That(
            (await later.LimiQuantix.Machines.PlanCreateAsync(spec with { Devices = [new WatchdogDevice()] })).Error?.Code, Is.EqualTo(ErrorCodes.UnsupportedFeature));
        Assert.That((await later.LimiQuantix.Instances.GetAsync(Hypervisor)).Features, Is.EqualTo(new[] { ProviderFeatures.CpuModel }));
    }

    [Test]
    public async Task Definition_never_reaches_a_provider_that_understands_less_than_it_did()
    {
        await using var host = Start(ProviderFeatures.DeviceWatchdog);
        var spec = host.Spec(await host.ImageAsync(), start: false) with { Devices = [new WatchdogDevice()] };
        var machine = await (await host.LimiQuantix.Machines.CreateAsync(spec)).CompletedAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await host.DisposeAsync();

        await using var downgraded = Start();
        var start = await downgraded.LimiQuantix.Machines.StartAsync(machine.Id);
        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => start.CompletedAsync().WaitAsync(TimeSpan.FromSeconds(60)));

        Assert.That((refused!.Code, refused.Error.Problems.Single().Pointer), Is.EqualTo((ErrorCodes.UnsupportedFeature, "/devices/0")));
        Assert.That(downgraded.World.Hypervisor().Find(machine.Id)!.PowerState, Is.EqualTo(PowerState.Stopped));
    }

    private LifecycleHost Start(params string[] features) => new(_folder.Path, hypervisor: options => options.Features = features);
}
