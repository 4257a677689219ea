using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Machines;
using LimiQuantix.Operations;
using LimiQuantix.Providers.Instances;
using LimiQuantix.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Lifecycle;

/// <summary>
/// An engine that is frozen while a provider has its call and has done nothing yet: it woke after another engine took over, and nothing in it can
/// stop the call any more. The provider does.
/// </summary>
[TestFixture, Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FrozenCallTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Test]
    public async Task Call_that_was_under_way_when_its_engine_froze_is_refused_when_it_wakes()
    {
        Guid image;
        await using (var arranging = new LifecycleHost(_folder.Path)) image = (await arranging.ImageAsync()).Id;
        using var world = new FakeWorld(_folder.Combine("world"));
        var hang = world.Faults.Hang(nameof(IHypervisor.StartAsync), ignoresToken: true);
        await using var child = new LifecycleChild(_folder.Path, new MatrixCase("machines.create", "start", MatrixMoment.Middle, MatrixFault.Freeze), image);
        var operation = await child.SubmittedAsync(Patience);
        await hang.ReachedAsync(Patience);
        child.Freeze(world);

        await using var heir = new LifecycleHost(_folder.Path);
        var ended = await heir.EndedAsync(operation);
        var machine = (await heir.LimiQuantix.Machines.ListAsync()).Items.Single();
        await (await heir.LimiQuantix.Machines.StopAsync(machine.Id, new() { Mode = StopMode.Force })).CompletedAsync().WaitAsync(Patience);
        var effects = world.Effects.Count;
        hang.Release();
        Signal.Continue(child.Id);
        await Eventually.TrueAsync(() => TheCall() is not null, "the frozen process's call ends");

        Assert.That(ended.Phase, Is.EqualTo(OperationPhase.Succeeded));
        Assert.That(TheCall()!.Error, Is.EqualTo(ErrorCodes.Fenced));
        await child.DeposedAsync(Patience);
        Assert.That(world.Effects.Skip(effects).Select(call => call.Member), Is.Empty, "after it woke");
        Assert.That((await heir.LimiQuantix.Machines.GetAsync(machine.Id)).Status.PowerState, Is.EqualTo(PowerState.Stopped));

        FakeCall? TheCall() => world.Calls.SingleOrDefault(
            call => call.ProcessId == child.Id && call.Member == nameof(IHypervisor.StartAsync) && call.Stage is FakeCallStage.Failed or FakeCallStage.Ended);
    }

    [Test]
    public async Task Thing_that_is_ahead_of_the_state_fails_the_operation_and_nothing_is_undone()
    {
        await using var host = new LifecycleHost(_folder.Path);
        var image = await host.ImageAsync();
        var made = await (await host.LimiQuantix.Machines.CreateAsync(host.Spec(image))).CompletedAsync().WaitAsync(Patience);
        await (await host.LimiQuantix.Machines.StopAsync(made.Id, new() { Mode = StopMode.Force })).CompletedAsync().WaitAsync(Patience);
        var fault = host.World.Faults.Throw(nameof(IHypervisor.StartAsync), ErrorCodes.Fenced);
        var effects = host.World.Effects.Count(call => call.Member == nameof(IHypervisor.StopAsync));

        var ended = await host.EndedAsync((await host.LimiQuantix.Machines.StartAsync(made.Id)).Id);

        Assert.That(fault.Hits, Is.EqualTo(1));
        Assert.That(ended.Phase, Is.EqualTo(OperationPhase.Failed));
        Assert.That(ended.Error!.Code, Is.EqualTo(ErrorCodes.Fenced));
        Assert.That(host.World.Effects.Count(call => call.Member == nameof(IHypervisor.StopAsync)), Is.EqualTo(effects), "an undo would have cut the power");
        // The engine goes on: its lease is its own.
        await (await host.LimiQuantix.Machines.StartAsync(made.Id)).CompletedAsync().WaitAsync(Patience);
    }

    [Test]
    public async Task Providers_are_told_the_machines_owner_epoch_and_generation()
    {
        await using var host = new LifecycleHost(_folder.Path);
        var made = await (await host.LimiQuantix.Machines.CreateAsync(host.Spec(await host.ImageAsync()))).CompletedAsync().WaitAsync(Patience);

        var hypervisor = await host.Services.GetRequiredService<ProviderInstances>().GetAsync<IHypervisor>("fake", default);
        var mark = (await hypervisor.ObserveAsync(new ObserveMachineRequest { MachineId = made.Id })).Machine!.Mark!;

        Assert.That((mark.Era, mark.OwnerEpoch, mark.Generation), Is.EqualTo((1L, 1L, made.Generation)));
        Assert.That(mark.EngineToken, Is.Positive);
    }
}
