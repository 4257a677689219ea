using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;
using LimiQuantix.Operations;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Machines;

public sealed class MachineLifeTests
{
    [Test]
    public async Task Stop_and_start_change_what_is_observed()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync();
        var stop = await platform.LimiQuantix.Machines.StopAsync(machine.Id);
        Assert.That((await stop.CompletedAsync()).Status.PowerState, Is.EqualTo(PowerState.Stopped));
        var start = await platform.LimiQuantix.Machines.StartAsync(machine.Id);
        Assert.That((await start.CompletedAsync()).Status.PowerState, Is.EqualTo(PowerState.Running));
    }

    [Test]
    public async Task Delete_removes_everything_and_succeeds_again()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync();
        var deletion = await platform.LimiQuantix.Machines.DeleteAsync(machine.Id);
        Assert.That((await deletion.CompletedAsync())!.Id, Is.EqualTo(machine.Id));

        Assert.That(platform.Hypervisor.Defined, Is.Empty);
        Assert.That(platform.Fake.Storage.Volumes, Is.Empty);
        Assert.That((await platform.LimiQuantix.Machines.ListAsync()).Items, Is.Empty);
        Assert.That((await platform.LimiQuantix.Volumes.ListAsync()).Items, Is.Empty);
        var again = await platform.LimiQuantix.Machines.DeleteAsync(machine.Id);
        Assert.That(await again.CompletedAsync(), Is.Null);
    }

    [Test]
    public async Task Stop_is_a_conflict_when_the_expected_version_is_old()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync();
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => platform.LimiQuantix.Machines.StopAsync(
            machine.Id, new() { Mode = StopMode.Force, ExpectedGeneration = machine.Generation + 1 }));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.VersionMismatch));
    }

    [Test]
    public async Task A_foreign_project_does_not_find_the_machine_and_does_not_delete_it()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync();
        var foreign = platform.LimiQuantix.For(new Caller { Name = "mallory", Project = "other" });

        Assert.That((await Assert.ThrowsAsync<LimiQuantixException>(() => foreign.Machines.GetAsync(machine.Id)))!.Code, Is.EqualTo(ErrorCodes.NotFound));
        Assert.That((await Assert.ThrowsAsync<LimiQuantixException>(() => foreign.Machines.StopAsync(machine.Id)))!.Code, Is.EqualTo(ErrorCodes.NotFound));
        Assert.That((await foreign.Machines.ListAsync()).Items, Is.Empty);
        await (await foreign.Machines.DeleteAsync(machine.Id)).CompletedAsync();
        Assert.That(platform.Hypervisor.Defined, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Deleting_what_is_absent_has_ended_and_stores_nothing_and_a_known_key_finds_its_deletion()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await platform.CreateAsync();
        DeleteOptions options = new() { IdempotencyKey = "once" };
        var deletion = await machines.DeleteAsync(machine.Id, options);
        await deletion.CompletedAsync().WaitAsync(TimeSpan.FromSeconds(60));
        var known = (await platform.LimiQuantix.Operations.ListAsync()).Items;

        var again = await machines.DeleteAsync(machine.Id, options);
        var absent = await machines.DeleteAsync(machine.Id);
        var never = await machines.DeleteAsync(Guid.CreateVersion7(), new() { IdempotencyKey = "never" });
        var progress = await absent.WatchProgressAsync().ToListAsync();
        await absent.CancelAsync();

        Assert.That(again.Id, Is.EqualTo(deletion.Id));
        Assert.That((await again.CompletedAsync())?.Id, Is.EqualTo(machine.Id));
        Assert.That(absent.ResourceId, Is.EqualTo(machine.Id));
        Assert.That(await absent.CompletedAsync(), Is.Null);
        Assert.That(await never.CompletedAsync(), Is.Null);
        Assert.That(progress, Is.Empty);
        Assert.That((await platform.LimiQuantix.Operations.ListAsync()).Items, Has.Count.EqualTo(known.Count));
    }

    [Test]
    public async Task A_machine_with_policy_always_is_started_again_when_it_goes_off()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync(platform.Spec() with { RunPolicy = RunPolicy.Always });
        platform.Hypervisor.Set(machine.Id, PowerState.Stopped);
        await Eventually.TrueAsync(() => platform.Hypervisor.Power[machine.Id] == PowerState.Running, "the machine runs again");
        Assert.That(platform.Hypervisor.Calls[nameof(IHypervisor.StartAsync)], Is.EqualTo(2));
    }

    [Test]
    public async Task A_machine_with_policy_always_stays_off_when_somebody_stopped_it()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync(platform.Spec() with { RunPolicy = RunPolicy.Always });
        await (await platform.LimiQuantix.Machines.StopAsync(machine.Id)).CompletedAsync();
        await Task.Delay(200);
        Assert.That(platform.Hypervisor.Power[machine.Id], Is.EqualTo(PowerState.Stopped));
    }

    [Test]
    public async Task Watch_tells_the_machine_and_its_changes_until_it_is_deleted()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync();
        var states = new List<PowerState>();
        await foreach (var seen in platform.LimiQuantix.Machines.WatchAsync(machine.Id))
        {
            states.Add(seen.Status.PowerState);
            if (states.Count == 1) platform.Hypervisor.Set(machine.Id, PowerState.Stopped);
            if (seen.Status.PowerState == PowerState.Stopped && seen.Status.Phase == MachinePhase.Ready)
                await platform.LimiQuantix.Machines.DeleteAsync(machine.Id);
        }

        Assert.That(states[0], Is.EqualTo(PowerState.Running));
        Assert.That(states, Does.Contain(PowerState.Stopped));
    }

    [Test]
    public async Task Wait_for_a_running_machine_ends_when_its_creation_has_so_that_it_can_be_deleted()
    {
        await using var platform = await Platform.StartAsync();
        var last = new TaskCompletionSource();
        platform.Hypervisor.Gates[nameof(IHypervisor.StartAsync)] = last.Task;
        var creation = await platform.LimiQuantix.Machines.CreateAsync(platform.Spec());
        await Eventually.TrueAsync(() => platform.Hypervisor.Calls.ContainsKey(nameof(IHypervisor.StartAsync)), "the machine is started");
        var machine = (await platform.LimiQuantix.Machines.FindAsync("web-1"))!;
        platform.Hypervisor.Set(machine.Id, PowerState.Running);

        var wait = platform.LimiQuantix.Machines.WaitAsync(machine.Id, Readiness.Running, new() { Timeout = TimeSpan.FromSeconds(60) });
        await Task.WhenAny(wait, Task.Delay(300));
        Assert.That(wait.IsCompleted, Is.False);
        last.SetResult();
        Assert.That((await wait).Status.Phase, Is.EqualTo(MachinePhase.Ready));
        await (await platform.LimiQuantix.Machines.DeleteAsync(machine.Id)).CompletedAsync();
        Assert.That((await platform.LimiQuantix.Operations.GetAsync(creation.Id)).Phase, Is.EqualTo(OperationPhase.Succeeded));
    }

    [Test]
    public async Task Wait_gives_up_with_the_end_of_the_serial_log_and_leaves_the_machine_alone()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync();
        platform.Hypervisor.SerialLog = "Kernel panic - not syncing"u8.ToArray();
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(
            () => platform.LimiQuantix.Machines.WaitAsync(machine.Id, Readiness.Provisioned, new() { Timeout = TimeSpan.FromSeconds(2) }));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.Timeout));
        Assert.That(thrown.Message, Does.Contain("Kernel panic"));
        Assert.That(platform.Hypervisor.Power[machine.Id], Is.EqualTo(PowerState.Running));
    }

    [Test]
    public async Task Wait_for_provisioned_ends_when_the_serial_log_says_that_cloud_init_finished()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync();
        platform.Hypervisor.SerialLog = "[   12.3] cloud-init[500]: Cloud-init v. 22.4.2 finished at Sun, 22 Nov 2026"u8.ToArray();
        machine = await platform.LimiQuantix.Machines.WaitAsync(machine.Id, Readiness.Provisioned, new() { Timeout = TimeSpan.FromSeconds(30) });
        Assert.That(machine.Status.PowerState, Is.EqualTo(PowerState.Running));
    }

    [Test]
    public async Task Actions_say_why_something_cannot_be_done()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync();
        var actions = await platform.LimiQuantix.Machines.GetActionsAsync(machine.Id);
        Assert.That(actions.Single(action => action.Name == "start").Reason, Is.EqualTo("The machine runs."));
        Assert.That(actions.Single(action => action.Name == "stop").IsPossible, Is.True);
    }

    [Test]
    public async Task Machine_is_paused_resumed_reset_and_restarted()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var id = (await platform.CreateAsync()).Id;

        Assert.That((await (await machines.PauseAsync(id)).CompletedAsync()).Status.PowerState, Is.EqualTo(PowerState.Paused));
        var actions = await machines.GetActionsAsync(id);
        Assert.That(actions.Where(action => action.IsPossible).Select(action => action.Name), Is.SupersetOf(new[] { "start", "stop", "restart", "reset", "resume", "delete" }));
        Assert.That(actions.Single(action => action.Name == "pause").Reason, Is.EqualTo("The machine is paused."));
        Assert.That((await (await machines.ResumeAsync(id)).CompletedAsync()).Status.PowerState, Is.EqualTo(PowerState.Running));
        Assert.That((await (await machines.ResetAsync(id)).CompletedAsync()).Status.PowerState, Is.EqualTo(PowerState.Running));
        Assert.That((await (await machines.RestartAsync(id)).CompletedAsync()).Status.PowerState, Is.EqualTo(PowerState.Running));
        Assert.That(
            (platform.Hypervisor.Calls["ResetAsync"], platform.Hypervisor.Calls["StopAsync"], platform.Hypervisor.Calls["StartAsync"]), Is.EqualTo((1, 1, 2)));
    }

    [Test]
    public async Task Renamed_machine_is_found_and_ensured_by_its_new_name_and_starts_as_it_was_defined()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var spec = platform.Spec();
        var machine = await platform.CreateAsync(spec);
        await (await machines.StopAsync(machine.Id, new() { Mode = StopMode.Force })).CompletedAsync();
        var defined = platform.Hypervisor.Defined[machine.Id];

        await machines.UpdateAsync(machine.Id, new MachineUpdate { Name = "renamed" });
        var started = await (await machines.StartAsync("renamed")).CompletedAsync();
        var ensured = await machines.EnsureAsync(spec with { Name = "renamed" });

        Assert.That((started.Id, started.Name, ensured.Id), Is.EqualTo((machine.Id, "renamed", machine.Id)));
        Assert.That(platform.Hypervisor.Defined[machine.Id].DisplayName, Is.EqualTo(defined.DisplayName), "the domain is what it was");
        Assert.That(await machines.FindAsync(spec.Name), Is.Null);
    }

    [Test]
    public async Task Restart_whose_guest_does_not_shut_down_leaves_it_running()
    {
        await using var platform = await Platform.StartAsync();
        var id = (await platform.CreateAsync()).Id;
        platform.Hypervisor.Fail["StopAsync"] = new LimiQuantixException(ErrorCodes.Internal, "It does not.");

        var restart = await platform.LimiQuantix.Machines.RestartAsync(id);

        Assert.That(() => restart.CompletedAsync(), Throws.InstanceOf<LimiQuantixException>());
        Assert.That((await platform.LimiQuantix.Machines.GetAsync(id)).Status.PowerState, Is.EqualTo(PowerState.Running));
    }

    [TestCase("stop")]
    [TestCase("restart")]
    [TestCase("delete")]
    public async Task Graceful_stop_gives_way_to_what_cuts_the_power(string verb)
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var machine = await platform.CreateAsync(platform.Spec() with { RunPolicy = RunPolicy.Manual });
        platform.Hypervisor.IgnoresTheButton = true;
        var graceful = await machines.StopAsync(machine.Id);
        await Eventually.TrueAsync(() => platform.Hypervisor.Calls.GetValueOrDefault(nameof(IHypervisor.StopAsync)) > 0, "the button is pressed");
        OperationHandle<VirtualMachine>? forced = verb switch
        {
            "stop" => await machines.StopAsync(machine.Id, new() { Mode = StopMode.Force }),
            "restart" => await machines.RestartAsync(machine.Id, new() { Mode = StopMode.Force }),
            _ => null,
        };
        if (forced is null) await (await machines.DeleteAsync(machine.Id)).CompletedAsync().WaitAsync(TimeSpan.FromSeconds(60));
        else await forced.CompletedAsync().WaitAsync(TimeSpan.FromSeconds(60));

        var stopped = await platform.LimiQuantix.Operations.GetAsync(graceful.Id);
        Assert.That((stopped!.Phase, stopped.Error), Is.EqualTo((OperationPhase.Succeeded, (LimiQuantixError?)null)));
        if (verb == "delete") return;
        Assert.That((await machines.GetAsync(machine.Id)).Status.PowerState, Is.EqualTo(verb == "stop" ? PowerState.Stopped : PowerState.Running));

        // A forced stop of before does not make a later graceful one a power cut.
        platform.Hypervisor.IgnoresTheButton = false;
        await (await machines.StartAsync(machine.Id)).CompletedAsync();
        platform.Hypervisor.IgnoresTheButton = true;
        var later = await machines.StopAsync(machine.Id);
        await Eventually.TrueAsync(async () => (await platform.LimiQuantix.Operations.GetAsync(later.Id)).Phase == OperationPhase.Running, "it waits for the guest");
        await Task.Delay(600);
        Assert.That((await platform.LimiQuantix.Operations.GetAsync(later.Id))!.Phase, Is.EqualTo(OperationPhase.Running));
        platform.Hypervisor.Set(machine.Id, PowerState.Stopped);
        await later.CompletedAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Test]
    public async Task Wait_ends_in_its_time_though_the_hypervisor_does_not_answer()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync();
        var never = new TaskCompletionSource();
        platform.Hypervisor.Gates[nameof(IHypervisor.ObserveAsync)] = never.Task;
        var late = await Assert.ThrowsAsync<LimiQuantixException>(
            () => platform.LimiQuantix.Machines.WaitAsync(machine.Id, Readiness.Provisioned, new() { Timeout = TimeSpan.FromSeconds(1) }).WaitAsync(TimeSpan.FromSeconds(25)));
        Assert.That(late!.Code, Is.EqualTo(ErrorCodes.Timeout));
        never.SetResult();
    }

    [Test]
    public async Task Ensure_does_in_place_what_can_be_done_so_and_refuses_the_rest()
    {
        await using var platform = await Platform.StartAsync();
        var machines = platform.LimiQuantix.Machines;
        var first = await platform.CreateAsync(platform.Spec() with { Labels = new Dictionary<string, string> { ["team"] = "a", ["tier"] = "1" } });
        var wanted = platform.Spec() with { RunPolicy = RunPolicy.Always, Sharing = ResourceSharing.Public, Labels = new Dictionary<string, string> { ["team"] = "b" } };

        var second = await machines.EnsureAsync(wanted);
        var third = await machines.EnsureAsync(platform.Spec() with { RunPolicy = RunPolicy.Always });

        Assert.That(second.Id, Is.EqualTo(first.Id));
        Assert.That(second.Labels, Is.EquivalentTo(new Dictionary<string, string> { ["team"] = "b", ["tier"] = "1" }), "a label is never a conflict, and none is lost");
        Assert.That((second.Spec.RunPolicy, second.Sharing), Is.EqualTo((RunPolicy.Always, ResourceSharing.Public)));
        Assert.That(second.Generation, Is.EqualTo(first.Generation + 1), "the run policy is wanted of it, labels and sharing are not");
        Assert.That((third.Generation, third.Sharing, third.Spec.RunPolicy), Is.EqualTo((second.Generation, ResourceSharing.Public, RunPolicy.Always)), "what it left out is as it is");
        Assert.That(third.Labels, Is.EquivalentTo(second.Labels));
        Assert.That(platform.Hypervisor.Calls["StartAsync"], Is.EqualTo(1));
        var refused = await Assert.ThrowsAsync<LimiQuantixException>(() => machines.EnsureAsync(wanted with { Cpu = new MachineCpu { Count = 3 } }));
        Assert.That(refused!.Code, Is.EqualTo(ErrorCodes.Conflict));
        Assert.That(refused.Message, Does.StartWith("The machine 'web-1' exists and differs: cpu.count is 1 and wanted 3: needs the power off."));
    }
}
