using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Machines;
using LimiQuantix.Testing;

namespace LimiQuantix.Conformance.Tests.Fakes;

/// <summary>Several processes in the world of one folder: what one does the other sees, whenever one is killed or frozen.</summary>
public sealed class FakeWorldProcessesTests
{
    private static readonly Guid Installation = Guid.NewGuid();
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Test]
    public async Task Two_processes_see_one_world_and_every_call_of_both()
    {
        await using var folder = new TemporaryFolder();
        using var world = new FakeWorld(folder.Path);
        await using var one = WorldChild.Start(folder.Path, Installation, 40);
        await using var two = WorldChild.Start(folder.Path, Installation, 40);
        Assert.That(await one.EndedAsync(Patience), Is.Zero);
        Assert.That(await two.EndedAsync(Patience), Is.Zero);

        Assert.That(world.Hypervisor().Machines, Has.Count.EqualTo(80));
        Assert.That(world.Effects.GroupBy(call => call.ProcessId).Select(calls => (calls.Key, calls.Count())), Is.EquivalentTo(new[] { (one.Id, 40), (two.Id, 40) }));
    }

    [Test]
    public async Task Process_that_is_killed_anywhere_leaves_whole_things()
    {
        for (var round = 0; round < Soak.Rounds(3, 50); round++)
        {
            await using var folder = new TemporaryFolder();
            using var world = new FakeWorld(folder.Path);
            await using var child = WorldChild.Start(folder.Path, Installation, int.MaxValue);
            await Eventually.TrueAsync(() => world.Hypervisor().Machines.Count > 5, "some machines are defined");
            await child.KillAsync();

            var machines = world.Hypervisor().Machines;
            Assert.That(machines, Is.All.Property("PowerState").EqualTo(PowerState.Stopped));
            Assert.That(world.Effects.Count, Is.InRange(machines.Count - 1, machines.Count));
        }
    }

    [Test]
    public async Task Process_that_is_frozen_at_a_fault_holds_nobody_up()
    {
        await using var folder = new TemporaryFolder();
        using var world = new FakeWorld(folder.Path);
        var hang = world.Faults.Hang(nameof(IHypervisor.EnsureDefinedAsync), skip: 2);
        await using var child = WorldChild.Start(folder.Path, Installation, 4);
        await hang.ReachedAsync();

        // It looks at the world while it hangs, and must not be frozen within such a look.
        world.Exclusively(() => Signal.Stop(child.Id));
        await using var host = new SuiteHost(Installation, instance: "fake");
        await using var hypervisor = FakeProviders.Hypervisor(host.Context, world);
        await hypervisor.EnsureDefinedAsync(Machines.Definition(host.Context));
        Assert.That(world.Effects.Select(call => call.ProcessId), Is.EqualTo(new[] { child.Id, child.Id, Environment.ProcessId }));

        hang.Release();
        Signal.Continue(child.Id);
        Assert.That(await child.EndedAsync(Patience), Is.Zero);
        Assert.That(world.Hypervisor().Machines, Has.Count.EqualTo(5));
    }
}
