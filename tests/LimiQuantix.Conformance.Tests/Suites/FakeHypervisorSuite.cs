using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Machines;
using LimiQuantix.Plugins;

namespace LimiQuantix.Conformance.Tests.Suites;

internal static class SlowWorld
{
    /// <summary>Lets every call take a moment before and after its effect.</summary>
    public static void Slow(this FakeWorld world)
    {
        world.Faults.Delay("*", TimeSpan.FromMilliseconds(8));
        world.Faults.Delay("*", TimeSpan.FromMilliseconds(8), FakePoint.AfterEffect);
    }
}

[TestFixture(false)]
[TestFixture(true)]
public sealed class FakeHypervisorSuite(bool isRemote) : HypervisorSuite(isRemote)
{
    private FakeWorld _world = null!;

    protected override SuiteHost MakeHost()
    {
        _world = new FakeWorld();
        return new SuiteHost(instance: "fake");
    }

    protected override ValueTask<IHypervisor> OpenAsync(ProviderContext context) => new(FakeProviders.Hypervisor(context, _world));

    protected override Task<MachineDefinition> NewDefinitionAsync() => Task.FromResult(Fakes.Machines.Definition(Context));

    protected override Task<(string HypervisorName, Guid? Id)> AddForeignAsync()
    {
        var id = _world.Hypervisor().AddForeign();
        return Task.FromResult<(string HypervisorName, Guid? Id)>(($"fake-{id}", id));
    }

    protected override Task<bool> IsForeignUntouchedAsync(string hypervisorName) =>
        Task.FromResult(_world.Hypervisor().Machines.Single(machine => machine.IsForeign).PowerState == PowerState.Running);

    protected override Task<bool> HasEffectAsync(string feature, MachineDefinition definition)
    {
        var kept = _world.Hypervisor().Find(definition.Ownership.ResourceId)!.Definition!;
        return Task.FromResult(feature switch
        {
            ProviderFeatures.CpuTopology => kept.Cpu.Topology == definition.Cpu.Topology && kept.Cpu.Topology is not null,
            ProviderFeatures.CpuModel => kept.Cpu.Model == "qemu64",
            ProviderFeatures.FirmwareUefi => kept.Firmware.Kind == FirmwareKind.Uefi,
            ProviderFeatures.FirmwareSecureBoot => kept.Firmware.SecureBoot,
            ProviderFeatures.DiskScsi => kept.Disks.Any(disk => disk.Bus == DiskBus.Scsi),
            ProviderFeatures.DiskSata => kept.Disks.Any(disk => disk.Bus == DiskBus.Sata),
            ProviderFeatures.DiskCd => kept.Disks.Any(disk => disk.Kind == DiskKind.Cd),
            ProviderFeatures.BootOrder => kept.Disks.Any(disk => disk.BootOrder == 7),
            ProviderFeatures.DeviceWatchdog => kept.Devices.OfType<WatchdogDevice>().Any(watchdog => watchdog.Action == WatchdogAction.PowerOff),
            _ => throw new AssertionException($"No look at '{feature}'."),
        });
    }

    [Test]
    public async Task Side_that_a_machines_memory_comes_to_is_no_second_copy()
    {
        var definition = Fakes.Machines.Definition(Context);
        var id = definition.Ownership.ResourceId;
        await Provider.EnsureDefinedAsync(definition);
        await Provider.StartAsync(definition);
        _world.Hypervisor().SetIncoming(id, true);

        Assert.That((await Provider.ObserveAsync(id))!.IsIncoming, Is.True);
        _world.Hypervisor().SetIncoming(id, false);
        Assert.That((await Provider.ObserveAsync(id))!.IsIncoming, Is.False);
        await Provider.DeleteAsync(id);
    }

    protected override void SlowDown() => _world.Slow();

    [TearDown]
    public void CloseWorld() => _world.Dispose();
}
