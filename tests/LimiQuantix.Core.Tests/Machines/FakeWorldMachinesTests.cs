using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Core.Tests.Lifecycle;
using LimiQuantix.Machines;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Machines;

/// <summary>The engine on the strict fakes, as they are and behind a wire.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class FakeWorldMachinesTests(bool isRemote)
{
    [Test]
    public async Task Machine_lives_and_leaves_the_world_as_it_was()
    {
        await using var folder = new TemporaryFolder();
        using var world = new FakeWorld(folder.Combine("world"));
        var services = new ServiceCollection();
        services.AddLimiQuantix(options =>
        {
            options.DataDirectory = folder.Combine("data");
            options.RuntimeDirectory = folder.Combine("run");
        })
            .UseInMemoryState()
            .AddFakeHypervisor(world, configure: options => options.IsRemote = isRemote)
            .AddFakeStorage(world, configure: options => options.IsRemote = isRemote);
        await using var provider = services.BuildServiceProvider();
        var platform = provider.GetRequiredService<ILimiQuantix>();
        var image = await platform.Images.EnsureAsync(await folder.WriteAsync("disk.raw", LifecycleHost.Disk()));
        var before = world.Things;

        var creation = await platform.Machines.CreateAsync(
            new MachineSpec { Name = "web-1", Disks = [DiskSpec.FromImage(image.Id, 1L << 30)], Memory = new MachineMemory { SizeBytes = 256L << 20 }, AllowNoLogin = true });
        var machine = await creation.CompletedAsync().WaitAsync(Eventually.DefaultTimeout);
        Assert.That(machine.Status.PowerState, Is.EqualTo(PowerState.Running));
        Assert.That(world.Hypervisor().Machines.Single().PowerState, Is.EqualTo(PowerState.Running));

        await (await platform.Machines.StopAsync(machine.Id)).CompletedAsync().WaitAsync(Eventually.DefaultTimeout);
        Assert.That(world.Hypervisor().Find(machine.Id)!.PowerState, Is.EqualTo(PowerState.Stopped));
        await (await platform.Machines.DeleteAsync(machine.Id)).CompletedAsync().WaitAsync(Eventually.DefaultTimeout);

        Assert.That(world.Things, Is.EqualTo(before));
        Assert.That(
            world.Effects.Select(call => call.Member),
            Is.EqualTo(new[] { "Job", "EnsureVolumeAsync", "AttachAsync", "EnsureDefinedAsync", "StartAsync", "StopAsync", "DeleteAsync", "DetachAsync", "DeleteVolumeAsync" }));
    }
}
