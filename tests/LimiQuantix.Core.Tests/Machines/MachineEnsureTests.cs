using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Tests.Machines;

public sealed class MachineEnsureTests
{
    [Test]
    public async Task Ensure_gives_the_same_machine_when_called_again()
    {
        await using var platform = await Platform.StartAsync();
        var first = await platform.LimiQuantix.Machines.EnsureAsync(platform.Spec());
        var second = await platform.LimiQuantix.Machines.EnsureAsync(platform.Spec());
        Assert.That(second.Id, Is.EqualTo(first.Id));
    }

    [Test]
    public async Task Ensure_gives_one_machine_when_many_call_at_once()
    {
        await using var platform = await Platform.StartAsync();
        var machines = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => platform.LimiQuantix.Machines.EnsureAsync(platform.Spec())));
        Assert.That(machines.Select(machine => machine.Id).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Ensure_starts_a_machine_that_is_off()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.LimiQuantix.Machines.EnsureAsync(platform.Spec());
        platform.Hypervisor.Set(machine.Id, PowerState.Stopped);
        machine = await platform.LimiQuantix.Machines.EnsureAsync(platform.Spec());
        Assert.That(machine.Status.PowerState, Is.EqualTo(PowerState.Running));
    }

    [Test]
    public async Task Ensure_is_a_conflict_that_names_the_member_when_the_spec_differs()
    {
        await using var platform = await Platform.StartAsync();
        await platform.LimiQuantix.Machines.EnsureAsync(platform.Spec());
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(
            () => platform.LimiQuantix.Machines.EnsureAsync(platform.Spec() with { Memory = new MachineMemory { SizeBytes = 512L << 20 } }));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.Conflict));
        Assert.That(thrown.Message, Does.Contain("memory"));
    }

    [Test]
    public async Task Ensure_makes_the_machine_anew_when_its_creation_had_failed()
    {
        await using var platform = await Platform.StartAsync();
        platform.Hypervisor.Fail[nameof(IHypervisor.StartAsync)] = new LimiQuantixException(ErrorCodes.Internal, "No.");
        await Assert.ThrowsAsync<LimiQuantixException>(() => platform.LimiQuantix.Machines.EnsureAsync(platform.Spec()));
        platform.Hypervisor.Fail.Clear();
        var machine = await platform.LimiQuantix.Machines.EnsureAsync(platform.Spec());
        Assert.That(machine.Status.Phase, Is.EqualTo(MachinePhase.Ready));
    }
}
