using LimiQuantix.Core.Machines.Creation;
using LimiQuantix.Core.Machines.Updates;
using LimiQuantix.Core.Operations;
using LimiQuantix.Machines;

namespace LimiQuantix.Core.Machines.Power;

/// <summary>
/// An operation's machine with its disks and interfaces as its node reaches them now, which may be otherwise than when it was defined: what is to be
/// defined or started is attached first.
/// </summary>
internal sealed class AttachedMachine(MachineDocument machine, PowerObserver observer, MachineProvisioning provisioning, OperationContext context)
{
    // What waits for the power to be off is not the machine's yet.
    private MachineDocument _machine = machine.AsApplied;
    private IReadOnlyList<MachineDisk> _disks = [];
    private IReadOnlyList<MachineNic> _nics = [];

    /// <summary>The step that comes before all others: notes how the machine is, and attaches.</summary>
    public OperationStep Step => new()
    {
        Name = MachineStepNames.Attach,
        Do = async token =>
        {
            await observer.NoteAsync(_machine, context, token).ConfigureAwait(false);
            await AttachAsync(token).ConfigureAwait(false);
        },
    };

    /// <summary>Lets the machine become what its spec wants, if it is off and is not so already, and attaches.</summary>
    public async Task ApplyAsync(MachineApplying applying, CancellationToken cancellationToken)
    {
        var now = await applying.ApplyAsync(_machine.Id, context, cancellationToken).ConfigureAwait(false);
        var isSame = MachineShape.Of(now).IsSame(MachineShape.Of(_machine));
        _machine = now;
        if (!isSame) await AttachAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task AttachAsync(CancellationToken cancellationToken)
    {
        _disks = await provisioning.AttachAsync(_machine, cancellationToken).ConfigureAwait(false);
        (_machine, _nics) = await provisioning.EnsurePortsAsync(_machine, context, cancellationToken).ConfigureAwait(false);
    }

    public async Task DefineAsync(CancellationToken cancellationToken) =>
        _machine = await provisioning.DefineAsync(_machine, _disks, _nics, context, cancellationToken).ConfigureAwait(false);

    public Task StartAsync(CancellationToken cancellationToken) => provisioning.StartAsync(_machine, _disks, _nics, context, cancellationToken);
}
