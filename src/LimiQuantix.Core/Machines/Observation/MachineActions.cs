using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Observation;

/// <summary>What can be done with a machine now, and why not.</summary>
internal static class MachineActions
{
    public static IReadOnlyList<ResourceAction> Of(VirtualMachine machine)
    {
        var phase = machine.Status.Phase;
        var notReady = phase == MachinePhase.Ready ? null : $"The machine is {phase.ToString().ToLowerInvariant()}.";
        var isOn = machine.Status.PowerState is PowerState.Running or PowerState.Paused or PowerState.Stopping;
        return
        [
            Action("start", notReady ?? (isOn ? "The machine runs." : null)),
            Action("stop", notReady ?? (isOn ? null : "The machine is off.")),
            Action("delete", phase switch
            {
                MachinePhase.Creating => "Its creation has not ended; cancel that operation first.",
                MachinePhase.Deleting => "It is being deleted.",
                _ => null,
            }),
            Action("screenshot", notReady ?? (isOn ? null : "The machine is off.")),
        ];
    }

    private static ResourceAction Action(string name, string? reason) => new() { Name = name, Reason = reason };
}
