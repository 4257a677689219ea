using LimiQuantix.Core.Machines.Creation;
using LimiQuantix.Core.Machines.Deletion;
using LimiQuantix.Core.Machines.Ensuring;
using LimiQuantix.Core.Machines.Observation;
using LimiQuantix.Core.Machines.Power;
using LimiQuantix.Core.Machines.Quarantine;
using LimiQuantix.Core.Machines.Updates;
using LimiQuantix.Core.Machines.Waiting;
using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;

namespace LimiQuantix.Core.Machines;

/// <summary>What every caller's view of the machines works with.</summary>
internal sealed record MachineRoom(
    IOperationQueue Queue,
    ResourceTable<MachineDocument> Machines,
    MachineReader Reader,
    MachineCreation Creation,
    MachineEnsuring Ensuring,
    MachineUpdating Updating,
    MachineDeletion Deletion,
    MachinePower Power,
    MachineWatch Watch,
    MachineWaiter Waiter,
    MachineQuarantine Quarantine);
