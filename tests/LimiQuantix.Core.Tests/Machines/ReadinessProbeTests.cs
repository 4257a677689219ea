using LimiQuantix.Core.Machines;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.Tests.Machines.Support;
using LimiQuantix.Machines;
using Microsoft.Extensions.DependencyInjection;

namespace LimiQuantix.Core.Tests.Machines;

public sealed class ReadinessProbeTests
{
    [Test]
    public async Task Agent_is_asked_through_the_hypervisor_that_has_the_machine()
    {
        // Capabilities are asked for when the instance is opened.
        var fake = new FakePlatform();
        fake.Other.Channels = new FakeChannels();
        await using var platform = await Platform.StartAsync(
            services => services.AddLimiQuantix().AddInstance<FakePlatformOptions>("fake", FakePlatform.OtherInstance).AddInstance<FakePlatformAgentOptions>("fake", "agent"), fake: fake);
        var machine = await platform.CreateAsync();
        await MoveAsync(platform, machine.Id);

        machine = await platform.LimiQuantix.Machines.WaitAsync(machine.Id, Readiness.Agent, new() { Timeout = TimeSpan.FromMinutes(1) });
        Assert.That(machine.Status.PowerState, Is.EqualTo(PowerState.Running));
    }

    // As a migration leaves it.
    private static async Task MoveAsync(Platform platform, Guid id)
    {
        platform.Fake.Other.Defined[id] = platform.Hypervisor.Defined[id];
        platform.Fake.Other.Power[id] = PowerState.Running;
        await platform.Services.GetRequiredService<ResourceTable<MachineDocument>>().UpdateAsync(
            id, machine => machine with { Hypervisor = FakePlatform.OtherInstance }, null, CancellationToken.None);
    }
}
