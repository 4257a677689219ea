using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Core.Tests.Machines;

/// <summary>The clock stands still: a pause lasts until the test lets it pass.</summary>
public sealed class MachineRestartTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly FakeTimeProvider _clock = new();

    [Test]
    public async Task Machine_that_waits_for_its_restart_delays_no_other()
    {
        await using var platform = await StartAsync();
        var (crashing, other) = (await CreateAsync(platform, "crashing"), await CreateAsync(platform, "other"));
        await GoOffAndComeBackAsync(platform, crashing);
        platform.Hypervisor.Set(crashing, PowerState.Crashed);

        await GoOffAndComeBackAsync(platform, other);
        Assert.That(platform.Hypervisor.Power[crashing], Is.EqualTo(PowerState.Crashed));
        await LetPausePassAsync(platform, crashing);
    }

    [Test]
    public async Task Record_is_read_again_after_the_pause()
    {
        await using var platform = await StartAsync();
        var machine = await CreateAsync(platform, "web-1");
        await GoOffAndComeBackAsync(platform, machine);
        platform.Hypervisor.Set(machine, PowerState.Crashed);

        // Two changes of the record, after which it wants to run as before.
        await (await platform.LimiQuantix.Machines.StopAsync(machine, new() { Mode = StopMode.Force })).CompletedAsync().WaitAsync(Patience);
        await (await platform.LimiQuantix.Machines.StartAsync(machine)).CompletedAsync().WaitAsync(Patience);
        platform.Hypervisor.Set(machine, PowerState.Crashed);
        await LetPausePassAsync(platform, machine);
    }

    [Test]
    public async Task Machine_that_somebody_stopped_in_the_pause_stays_off()
    {
        await using var platform = await StartAsync();
        var (stopped, other) = (await CreateAsync(platform, "stopped"), await CreateAsync(platform, "other"));
        foreach (var machine in new[] { stopped, other })
        {
            await GoOffAndComeBackAsync(platform, machine);
            platform.Hypervisor.Set(machine, PowerState.Crashed);
        }

        await (await platform.LimiQuantix.Machines.StopAsync(stopped, new() { Mode = StopMode.Force })).CompletedAsync().WaitAsync(Patience);
        await LetPausePassAsync(platform, other);
        Assert.That(platform.Hypervisor.Power[stopped], Is.Not.EqualTo(PowerState.Running));
    }

    [Test]
    public async Task Machine_that_goes_off_while_the_hypervisor_loses_its_events_is_started_again()
    {
        await using var platform = await StartAsync();
        var machine = await CreateAsync(platform, "web-1");
        platform.Hypervisor.Power[machine] = PowerState.Crashed;
        await Task.Delay(100);
        Assert.That(platform.Hypervisor.Power[machine], Is.EqualTo(PowerState.Crashed), "nothing told it");
        await LetPausePassAsync(platform, machine);
    }

    [Test]
    public async Task Engine_ends_in_the_middle_of_a_pause()
    {
        var platform = await StartAsync();
        var machine = await CreateAsync(platform, "web-1");
        await GoOffAndComeBackAsync(platform, machine);
        platform.Hypervisor.Set(machine, PowerState.Crashed);
        await platform.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.That(platform.Hypervisor.Power[machine], Is.EqualTo(PowerState.Crashed));
    }

    [TestCase(RunPolicy.Always)]
    [TestCase(RunPolicy.OnFailure)]
    public async Task Machine_that_a_full_disk_held_goes_on_when_its_pool_has_room_again(RunPolicy policy)
    {
        await using var platform = await StartAsync();
        var machine = (await platform.CreateAsync(platform.Spec() with { RunPolicy = policy })).Id;
        platform.Fake.Storage.AvailableBytes = 4096;
        platform.Hypervisor.PauseCauses[machine] = PauseCause.NoSpace;
        platform.Hypervisor.Set(machine, PowerState.Paused);
        await ObservedAsync(platform, machine);
        Assert.That(platform.Hypervisor.Calls.GetValueOrDefault(nameof(IHypervisor.ResumeAsync)), Is.Zero, "there is no room yet");

        platform.Fake.Storage.AvailableBytes = 1L << 30;
        await UntilRunsAsync(platform, machine, () => _clock.Advance(TimeSpan.FromMinutes(1)));
        Assert.That(platform.Hypervisor.Calls.GetValueOrDefault(nameof(IHypervisor.StartAsync)), Is.EqualTo(1), "it goes on where it was: nothing starts it");
    }

    [TestCase(RunPolicy.Manual, PauseCause.NoSpace)]
    [TestCase(RunPolicy.Always, PauseCause.Asked)]
    [TestCase(RunPolicy.Always, PauseCause.DiskError)]
    [TestCase(RunPolicy.Always, PauseCause.GuestCrash)]
    public async Task Machine_that_is_held_for_another_reason_or_without_a_policy_stays_so(RunPolicy policy, PauseCause cause)
    {
        await using var platform = await StartAsync();
        var held = (await platform.CreateAsync(platform.Spec("held") with { RunPolicy = policy })).Id;
        var other = await CreateAsync(platform, "other");
        platform.Hypervisor.PauseCauses[held] = cause;
        platform.Hypervisor.Set(held, PowerState.Paused);
        // What comes behind it is seen to.
        await GoOffAndComeBackAsync(platform, other);
        await ObservedAsync(platform, held);
        Assert.That(platform.Hypervisor.Power[held], Is.EqualTo(PowerState.Paused));
        Assert.That((await platform.LimiQuantix.Machines.GetAsync(held)).Status.PauseCause, Is.EqualTo(cause));
    }

    private Task<Platform> StartAsync() => Platform.StartAsync(services => services.AddSingleton<TimeProvider>(_clock));

    private static async Task<Guid> CreateAsync(Platform platform, string name) =>
        (await platform.CreateAsync(platform.Spec(name) with { RunPolicy = RunPolicy.Always })).Id;

    // Without a pause: the first time.
    private static async Task GoOffAndComeBackAsync(Platform platform, Guid machine)
    {
        platform.Hypervisor.Set(machine, PowerState.Crashed);
        await UntilRunsAsync(platform, machine, () => { });
    }

    // A timer may be begun only after the clock was turned: it is turned until the machine runs.
    private Task LetPausePassAsync(Platform platform, Guid machine) =>
        UntilRunsAsync(platform, machine, () => _clock.Advance(TimeSpan.FromSeconds(2)));

    // Looked at three more times, each after a minute.
    private async Task ObservedAsync(Platform platform, Guid machine)
    {
        using var deadline = new CancellationTokenSource(Patience);
        for (var look = 0; look < 3; look++)
        {
            var before = platform.Hypervisor.Calls.GetValueOrDefault(nameof(IHypervisor.ListAsync));
            while (platform.Hypervisor.Calls.GetValueOrDefault(nameof(IHypervisor.ListAsync)) == before)
            {
                _clock.Advance(TimeSpan.FromMinutes(1));
                await Task.Delay(20, deadline.Token);
            }
        }

        Assert.That(platform.Hypervisor.Power[machine], Is.EqualTo(PowerState.Paused));
    }

    private static async Task UntilRunsAsync(Platform platform, Guid machine, Action turn)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (platform.Hypervisor.Power[machine] != PowerState.Running)
        {
            turn();
            await Task.Delay(20, deadline.Token);
        }
    }
}
