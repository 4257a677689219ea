using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;
using LimiQuantix.Networks;
using LimiQuantix.Operations;
using LimiQuantix.Testing;

namespace LimiQuantix.Core.Tests.Machines;

public sealed class MachineCreationTests
{
    private static readonly string[] FailingSteps = ["ImportBaseAsync", "EnsureVolumeAsync", "AttachAsync", "EnsureDefinedAsync", "StartAsync"];

    [Test]
    public async Task Create_defines_and_starts_a_machine_with_volume_port_and_seed()
    {
        await using var platform = await Platform.StartAsync();
        var machine = await platform.CreateAsync(platform.Spec() with { Nics = [new NicSpec { Forwards = [new PortForward { GuestPort = 22 }] }] });

        Assert.That(machine.Status.Phase, Is.EqualTo(MachinePhase.Ready));
        Assert.That(machine.Status.PowerState, Is.EqualTo(PowerState.Running));
        Assert.That(machine.Status.MachineType, Is.EqualTo("pc-fake-1"));
        Assert.That(machine.Status.Forwards.Single().HostPort, Is.InRange(1, 65535));
        Assert.That(machine.SshCommand, Does.StartWith("ssh -p "));
        var definition = platform.Hypervisor.Defined[machine.Id];
        Assert.That(((VolumeSeed)definition.Seed!).Content.Length, Is.GreaterThan(16 * 2048));
        Assert.That(((UserNic)definition.Nics.Single().Attachment).Forwards, Is.EqualTo(machine.Status.Forwards));
        Assert.That(platform.Fake.Storage.Volumes, Has.Count.EqualTo(1));
        Assert.That((await platform.LimiQuantix.Volumes.ListAsync()).Items.Single().Status.MachineId, Is.EqualTo(machine.Id));
    }

    [TestCaseSource(nameof(FailingSteps))]
    public async Task Create_leaves_nothing_but_the_record_when_a_step_fails(string step)
    {
        await using var platform = await Platform.StartAsync();
        var failure = new LimiQuantixException(ErrorCodes.Internal, $"{step} was told to fail.");
        platform.Hypervisor.Fail[step] = failure;
        platform.Fake.Storage.Fail[step] = failure;

        var creation = await platform.LimiQuantix.Machines.CreateAsync(platform.Spec());
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => creation.CompletedAsync());

        Assert.That(thrown!.Message, Does.Contain(step));
        Assert.That(platform.Hypervisor.Defined, Is.Empty);
        Assert.That(platform.Fake.Storage.Volumes, Is.Empty);
        Assert.That((await platform.LimiQuantix.Volumes.ListAsync()).Items, Is.Empty);
        var record = await platform.LimiQuantix.Machines.GetAsync(creation.ResourceId);
        Assert.That(record.Status.Phase, Is.EqualTo(MachinePhase.Failed));
        Assert.That(record.Status.Error!.Message, Does.Contain(step));
    }

    [Test]
    public async Task Create_is_undone_when_its_operation_is_cancelled()
    {
        await using var platform = await Platform.StartAsync();
        var never = new TaskCompletionSource();
        platform.Hypervisor.Gates[nameof(IHypervisor.StartAsync)] = never.Task;
        var creation = await platform.LimiQuantix.Machines.CreateAsync(platform.Spec());
        await Eventually.TrueAsync(() => platform.Hypervisor.Calls.ContainsKey(nameof(IHypervisor.StartAsync)), "the machine is started");

        await creation.CancelAsync();

        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => creation.CompletedAsync());
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.Cancelled));
        Assert.That(platform.Hypervisor.Defined, Is.Empty);
        Assert.That(platform.Fake.Storage.Volumes, Is.Empty);
        Assert.That((await platform.LimiQuantix.Operations.GetAsync(creation.Id)).Phase, Is.EqualTo(OperationPhase.Cancelled));
    }

    [Test]
    public async Task Create_writes_a_base_again_that_went_before_its_volume_was_made()
    {
        await using var platform = await Platform.StartAsync();
        var calls = 0;
        platform.Fake.Storage.BeforeVolume = () =>
        {
            if (calls++ == 0) platform.Fake.Storage.Bases.Clear();
        };

        Assert.That((await platform.CreateAsync()).Status.PowerState, Is.EqualTo(PowerState.Running));
        Assert.That(platform.Fake.Storage.Bases, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Create_tells_that_the_base_is_missing_when_it_goes_every_time()
    {
        await using var platform = await Platform.StartAsync();
        platform.Fake.Storage.BeforeVolume = platform.Fake.Storage.Bases.Clear;
        var creation = await platform.LimiQuantix.Machines.CreateAsync(platform.Spec());
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => creation.CompletedAsync());
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.NotFound));
    }

    [Test]
    public async Task Fifty_creates_with_one_key_make_one_machine()
    {
        await using var platform = await Platform.StartAsync();
        var options = new CreateOptions { IdempotencyKey = "one" };
        var handles = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => platform.LimiQuantix.Machines.CreateAsync(platform.Spec(), options)));
        var machines = await Task.WhenAll(handles.Select(handle => handle.CompletedAsync()));

        Assert.That(machines.Select(machine => machine.Id).Distinct().Count(), Is.EqualTo(1));
        Assert.That(platform.Hypervisor.Defined, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Create_with_a_used_key_and_another_spec_is_told()
    {
        await using var platform = await Platform.StartAsync();
        var options = new CreateOptions { IdempotencyKey = "one" };
        await platform.LimiQuantix.Machines.CreateAsync(platform.Spec(), options);

        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(
            () => platform.LimiQuantix.Machines.CreateAsync(platform.Spec() with { Cpu = new MachineCpu { Count = 2 } }, options));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.IdempotencyKeyReused));
    }

    [Test]
    public async Task Create_with_a_taken_name_is_a_conflict_that_says_so()
    {
        await using var platform = await Platform.StartAsync();
        await platform.CreateAsync();

        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => platform.LimiQuantix.Machines.CreateAsync(platform.Spec()));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.Conflict));
        Assert.That(thrown.Message, Does.Contain("web-1"));
    }

    [Test]
    public async Task Create_tries_again_when_the_hypervisor_is_away_for_a_moment()
    {
        await using var platform = await Platform.StartAsync();
        platform.Hypervisor.Fail[nameof(IHypervisor.StartAsync)] = new LimiQuantixException(ErrorCodes.Unavailable, "Away.", isTransient: true);
        var creation = await platform.LimiQuantix.Machines.CreateAsync(platform.Spec());
        await Eventually.TrueAsync(() => platform.Hypervisor.Calls.GetValueOrDefault(nameof(IHypervisor.StartAsync)) >= 2, "the start is tried again");
        platform.Hypervisor.Fail.Clear();

        Assert.That((await creation.CompletedAsync()).Status.PowerState, Is.EqualTo(PowerState.Running));
    }
}
