using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Machines;

/// <summary>What happens to machines from outside: somebody undefines or pauses them, a disk has no room, a guest reboots.</summary>
public sealed class OutsideChangesTests
{
    [Test]
    public async Task Undefined_machine_is_drift_fails_a_wait_at_once_and_is_defined_again()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await platform.CreateAsync();
        var first = platform.Hypervisor.Defined[machine.Id];
        void Undefine()
        {
            platform.Hypervisor.Defined.TryRemove(machine.Id, out _);
            platform.Hypervisor.Power.TryRemove(machine.Id, out _);
        }

        Undefine();
        var seen = await machines.GetAsync(machine.Id);
        Assert.That(seen.Status.PowerState, Is.EqualTo(PowerState.Absent));
        Assert.That(seen.Status.Drift, Has.One.Contains("undefined"));
        var ended = await Assert.ThrowsAsync<LimiQuantixException>(() => machines.WaitAsync(machine.Id, Readiness.Running, new() { Timeout = TimeSpan.FromMinutes(5) }).WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.That(ended!.Code, Is.EqualTo(ErrorCodes.FailedPrecondition));
        Assert.That(ended.Message, Does.Contain("undefined"));

        var again = await (await machines.RedefineAsync(machine.Id)).CompletedAsync();
        Assert.That(again.Status.PowerState, Is.EqualTo(PowerState.Stopped));
        Assert.That(again.Status.Drift, Is.Empty);
        Assert.That(platform.Hypervisor.Defined[machine.Id].Nics[0].MacAddress, Is.EqualTo(first.Nics[0].MacAddress));

        Undefine();
        Assert.That((await machines.EnsureAsync(platform.Spec())).Status.PowerState, Is.EqualTo(PowerState.Running));
    }

    [Test]
    public async Task Undefined_machine_is_stopped_and_updated_without_an_error()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await platform.CreateAsync();
        foreach (var mode in new[] { StopMode.Graceful, StopMode.Force })
        {
            platform.Hypervisor.Defined.TryRemove(machine.Id, out _);
            platform.Hypervisor.Power.TryRemove(machine.Id, out _);
            var stopped = await (await machines.StopAsync(machine.Id, new() { Mode = mode })).CompletedAsync();
            Assert.That(stopped.Status.PowerState, Is.EqualTo(PowerState.Absent));
            Assert.That((await (await machines.RestartAsync(machine.Id, new() { Mode = mode })).CompletedAsync()).Status.PowerState, Is.EqualTo(PowerState.Running));
        }

        platform.Hypervisor.Defined.TryRemove(machine.Id, out _);
        platform.Hypervisor.Power.TryRemove(machine.Id, out _);
        await machines.UpdateAsync(machine.Id, new MachineUpdate { Memory = new MachineMemory { SizeBytes = 512L << 20 } });
        Assert.That(platform.Hypervisor.Defined[machine.Id].Memory.SizeBytes, Is.EqualTo(512L << 20));
    }

    [TestCase(PauseCause.NoSpace, "had no room")]
    [TestCase(PauseCause.Asked, "Somebody paused it")]
    [TestCase(PauseCause.Watchdog, "watchdog")]
    public async Task Paused_machine_says_why_and_what_can_be_done(PauseCause cause, string words)
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await platform.CreateAsync();
        platform.Hypervisor.PauseCauses[machine.Id] = cause;
        platform.Hypervisor.Set(machine.Id, PowerState.Paused);

        var seen = await machines.GetAsync(machine.Id);
        Assert.That((seen.Status.PowerState, seen.Status.PauseCause), Is.EqualTo((PowerState.Paused, cause)));
        Assert.That(seen.Status.Reason, Does.Contain(words).And.Contains($"fake words of {cause}"));
        await Eventually.TrueAsync(
            async () => (await machines.ListAsync(new MachineQuery())).Items.Single().Status.Reason == seen.Status.Reason, "it is stored: a list has it too");
        var actions = await machines.GetActionsAsync(machine.Id);
        Assert.That(actions.Where(action => action.Name is "start" or "resume" or "stop").Select(action => action.Reason), Is.All.Null);
        Assert.That(actions.Single(action => action.Name == "pause").Reason, Does.Contain(words));
        var late = await Assert.ThrowsAsync<LimiQuantixException>(() => machines.WaitAsync(machine.Id, Readiness.Running, new() { Timeout = TimeSpan.FromMilliseconds(10) }));
        Assert.That(late!.Message, Does.Contain(words));

        await (await machines.StartAsync(machine.Id)).CompletedAsync();
        seen = await machines.GetAsync(machine.Id);
        Assert.That((seen.Status.PowerState, seen.Status.PauseCause), Is.EqualTo((PowerState.Running, PauseCause.Unknown)));
    }

    [Test]
    public async Task Reboot_of_the_guest_is_told_with_its_time()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await platform.CreateAsync();
        using var ending = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var watch = machines.WatchAsync(machine.Id, cancellationToken: ending.Token).GetAsyncEnumerator(ending.Token);
        Assert.That(await watch.MoveNextAsync(), Is.True);
        Assert.That(watch.Current.Status.RebootedAt, Is.Null);
        await RebootsAsync(null);
        var first = watch.Current.Status.RebootedAt;
        await RebootsAsync(first);
        Assert.That((await machines.ListAsync(new MachineQuery())).Items.Single().Status.RebootedAt, Is.GreaterThan(first!.Value));
        await (await machines.StopAsync(machine.Id, new() { Mode = StopMode.Force })).CompletedAsync();
        Assert.That((await machines.GetAsync(machine.Id)).Status.RebootedAt, Is.Null, "the machine went off since");

        async Task RebootsAsync(DateTimeOffset? before)
        {
            platform.Hypervisor.Reboot(machine.Id);
            do Assert.That(await watch.MoveNextAsync(), Is.True);
            while (watch.Current.Status.RebootedAt == before);
        }
    }
}
