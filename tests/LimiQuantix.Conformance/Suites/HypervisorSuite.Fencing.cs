using LimiQuantix.Machines;
using NUnit.Framework;

namespace LimiQuantix.Conformance;

public abstract partial class HypervisorSuite
{
    [Test]
    public async Task Superseded_engine_changes_no_machine()
    {
        var definition = await NewDefinitionAsync();
        var id = definition.Ownership.ResourceId;
        await OnlyLaterEnginesAsync(
            [
                call => Provider.EnsureDefinedAsync(new DefineMachineRequest { Call = call, Definition = definition }),
                call => Provider.UpdateAsync(new UpdateMachineRequest { Call = call, Definition = definition }),
                call => Provider.StartAsync(new StartMachineRequest { Call = call, Definition = definition }),
                call => Provider.StopAsync(new StopMachineRequest { Call = call, MachineId = id, Mode = StopMode.Force }),
                call => Provider.DeleteAsync(new DeleteMachineRequest { Call = call, MachineId = id }),
            ],
            async () =>
            {
                var seen = await Provider.ObserveAsync(id).WaitAsync(Patience);
                Assert.That(seen!.Drift, Is.Empty, "what is kept of calls is no change made by hand");
                Assert.That(seen.PowerState, Is.EqualTo(PowerState.Stopped));
                return seen.Mark;
            });
    }
}
