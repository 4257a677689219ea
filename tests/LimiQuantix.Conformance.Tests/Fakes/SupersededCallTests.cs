using LimiQuantix.Conformance.Fakes;
using LimiQuantix.Machines;

namespace LimiQuantix.Conformance.Tests.Fakes;

/// <summary>A call that was under way while another engine took over.</summary>
public sealed class SupersededCallTests
{
    [Test]
    public async Task Call_that_stood_still_before_its_effect_is_refused_when_it_goes_on()
    {
        using var world = new FakeWorld();
        await using var host = new SuiteHost(instance: "fake");
        await using var frozen = FakeProviders.Hypervisor(host.Context, world);
        await using var heir = FakeProviders.Hypervisor(host.Context, world);
        var definition = Machines.Definition(host.Context);
        await frozen.EnsureDefinedAsync(definition);
        var hang = world.Faults.Hang(nameof(frozen.StartAsync), ignoresToken: true);
        var starting = frozen.StartAsync(definition);
        await hang.ReachedAsync();

        await heir.StopAsync(new StopMachineRequest
        {
            Call = ShortCalls.Engine with { EngineToken = 2 }, MachineId = definition.Ownership.ResourceId, Mode = StopMode.Force,
        });
        hang.Release();
        var refusal = await Assert.ThrowsAsync<LimiQuantixException>(() => starting);

        Assert.That(refusal!.Code, Is.EqualTo(ErrorCodes.Fenced));
        Assert.That((await heir.ObserveAsync(definition.Ownership.ResourceId))!.PowerState, Is.EqualTo(PowerState.Stopped));
    }
}
