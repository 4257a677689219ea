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
            Action("start", notReady ?? (isOn && machine.Status.PowerState != PowerState.Paused ? "The machine runs." : null)),
            Action("stop", notReady ?? (isOn ? null : "The machine is off.")),
            Action("restart", notReady),
            Action("reset", notReady ?? (isOn ? null : "The machine is off.")),
            Action("pause", notReady ?? (!isOn ? "The machine is off." : machine.Status.PowerState == PowerState.Paused ? Paused(machine) : null)),
            Action("resume", notReady ?? (machine.Status.PowerState == PowerState.Paused ? null : "The machine is not paused.")),
            Action("redefine", notReady ?? (machine.Status.PowerState == PowerState.Absent ? null : "The machine is defined.")),
            Action("attach_iso", notReady ?? NoDrive(machine, _ => true, "The machine has no CD drive.")),
            Action("eject_iso", notReady ?? NoDrive(machine, drive => drive.ImageId is not null, "No CD drive of the machine has a disc.")),
            Action("delete", phase switch
            {
                MachinePhase.Creating => "Its creation has not ended; cancel that operation first.",
                MachinePhase.Deleting => "It is being deleted.",
                _ => null,
            }),
            Action("screenshot", notReady ?? (isOn ? null : "The machine is off.")),
        ];
    }

    private static string Paused(VirtualMachine machine) =>
        machine.Status.Reason is { } reason ? $"The machine is paused. {reason}" : "The machine is paused.";

    private static string? NoDrive(VirtualMachine machine, Func<IsoDiskSource, bool> fits, string reason) =>
        machine.Spec.Disks.Select(disk => disk.Source).OfType<IsoDiskSource>().Any(fits) ? null : reason;

    private static ResourceAction Action(string name, string? reason) => new() { Name = name, Reason = reason };
}
