using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Machines;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Machines;

/// <summary>The engine on the strict fakes, as it is and with its hypervisor behind a wire.</summary>
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
            .AddFakeStorage(world);
        await using var provider = services.BuildServiceProvider();
        var platform = provider.GetRequiredService<ILimiQuantix>();
        var image = await platform.Images.EnsureAsync(await folder.WriteAsync("disk.raw", Disk()));
        var before = world.Things;

        var creation = await platform.Machines.CreateAsync(
            new MachineSpec { Name = "web-1", ImageId = image.Id, MemoryBytes = 256L << 20, DiskSizeBytes = 1L << 30, AllowNoLogin = true });
        var machine = await creation.CompletedAsync().WaitAsync(Eventually.DefaultTimeout);
        Assert.That(machine.Status.PowerState, Is.EqualTo(PowerState.Running));
        Assert.That(world.Hypervisor().Machines.Single().PowerState, Is.EqualTo(PowerState.Running));

        await (await platform.Machines.StopAsync(machine.Id)).CompletedAsync().WaitAsync(Eventually.DefaultTimeout);
        Assert.That(world.Hypervisor().Find(machine.Id)!.PowerState, Is.EqualTo(PowerState.Stopped));
        await (await platform.Machines.DeleteAsync(machine.Id)).CompletedAsync().WaitAsync(Eventually.DefaultTimeout);

        Assert.That(world.Things, Is.EqualTo(before));
        Assert.That(
            world.Effects.Select(call => call.Member),
            Is.EqualTo(new[] { "CommitAsync", "EnsureVolumeAsync", "AttachAsync", "EnsureDefinedAsync", "StartAsync", "StopAsync", "DeleteAsync", "DetachAsync", "DeleteVolumeAsync" }));
    }

    // One Linux partition from the second sector on: without a partition table a raw file is not taken for a disk.
    private static byte[] Disk()
    {
        var disk = new byte[1 << 20];
        BootSectors.Typewriter.CopyTo(disk, 0);
        byte[] partition = [0x80, 0, 2, 0, 0x83, 0, 33, 0, 1, 0, 0, 0, 0xFF, 7, 0, 0];
        partition.CopyTo(disk, 446);
        return disk;
    }
}
