using LimiQuantix.Core.Operations;
using LimiQuantix.Core.Resources;
using LimiQuantix.Core.State;
using LimiQuantix.Machines;
using LimiQuantix.Operations;

namespace LimiQuantix.Core.Machines.Power;

/// <summary>Stores the wish that a machine runs or is off, with the operation that makes it so.</summary>
internal sealed class MachinePower(IOperationQueue queue, ResourceTable<MachineDocument> machines)
{
    public Task<Operation> StartAsync(
        Caller caller, Stored<MachineDocument> machine, OperationOptions? options, CancellationToken cancellationToken) =>
        SubmitAsync(MachineOperationKinds.Start, caller, machine, shouldRun: true, new { machine.Value.Id }, options, cancellationToken);

    public Task<Operation> StopAsync(
        Caller caller, Stored<MachineDocument> machine, StopMode mode, OperationOptions? options, CancellationToken cancellationToken) =>
        SubmitAsync(MachineOperationKinds.Stop, caller, machine, shouldRun: false, new MachineStopRequest { Mode = mode }, options, cancellationToken);

    private Task<Operation> SubmitAsync(
        string kind, Caller caller, Stored<MachineDocument> machine, bool shouldRun, object request, OperationOptions? options, CancellationToken cancellationToken)
    {
        ExpectedVersion.Check(machine, options);
        StateWrite write = machine.Value.ShouldRun == shouldRun
            ? machines.Require(machine)
            : machines.Update(machine, machine.Value with { ShouldRun = shouldRun });
        return queue.SubmitAsync(
            new OperationSubmission
            {
                Kind = kind,
                Caller = caller,
                ResourceId = machine.Value.Id,
                IsCreation = false,
                Request = request,
                Options = options,
                Writes = [write],
            },
            cancellationToken);
    }
}
