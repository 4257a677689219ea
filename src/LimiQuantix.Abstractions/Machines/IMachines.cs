using LimiQuantix.Nodes;
using LimiQuantix.Operations;

namespace LimiQuantix.Machines;

/// <summary>The virtual machines.</summary>
public interface IMachines : IResources<VirtualMachine, MachineQuery, MachineUpdate>
{
    /// <summary>
    /// Creates a machine: root volume from the image, network port, cloud-init seed, definition, start. Every step can be undone; a
    /// failure leaves nothing but the record with its error.
    /// </summary>
    /// <param name="spec">The machine wanted.</param>
    /// <param name="options">Idempotency key.</param>
    /// <param name="cancellationToken">Ends the call, not the stored operation.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.InvalidArgument"/>: every problem of the spec at once; <see cref="ErrorCodes.NotFound"/>: no such image, pool
    /// or node; <see cref="ErrorCodes.Conflict"/>: the name, or the key with another request, is taken.
    /// </exception>
    Task<OperationHandle<VirtualMachine>> CreateAsync(
        MachineSpec spec, CreateOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives the machine of this name, creating it when absent, defining it again when somebody undefined it, and starting it when its spec says so.
    /// Another run policy, labels that it has not, and a sharing other than the default are set; labels that the spec does not name stay.
    /// </summary>
    /// <param name="spec">The machine wanted.</param>
    /// <param name="options">Who is told of the creation's progress.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LimiQuantixException">
    /// As for <see cref="CreateAsync"/>; <see cref="ErrorCodes.Conflict"/>: a machine of this name differs in what cannot be changed in place.
    /// </exception>
    Task<VirtualMachine> EnsureAsync(
        MachineSpec spec, EnsureOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Tells whether a creation would be accepted, and stores nothing.</summary>
    /// <param name="spec">The machine wanted.</param>
    /// <param name="options">As for the creation.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<ResourcePlan> PlanCreateAsync(MachineSpec spec, CreateOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Follows a machine: first as it is, then after every change, until it is deleted.</summary>
    /// <param name="machine">Its id, its name in the caller's project, or <c>project/name</c>.</param>
    /// <param name="options">What the caller knows already.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    IAsyncEnumerable<VirtualMachine> WatchAsync(ResourceReference machine, FollowOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Waits until the machine's guest has come so far.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="readiness">How far.</param>
    /// <param name="options">How long at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.Timeout"/>: with the last phase reached and the end of the serial log; the machine is left alone.
    /// <see cref="ErrorCodes.FailedPrecondition"/>: the machine went off or was deleted meanwhile. <see cref="ErrorCodes.NotFound"/>.
    /// </exception>
    Task<VirtualMachine> WaitAsync(
        ResourceReference machine, Readiness readiness, WaitOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Starts a machine. Succeeds when it runs already.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="options">Idempotency key, expected generation.</param>
    /// <param name="cancellationToken">Ends the call, not the stored operation.</param>
    Task<OperationHandle<VirtualMachine>> StartAsync(
        ResourceReference machine, StartOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Stops a machine. Succeeds when it is off already.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="options">Whether to let the guest shut down; idempotency key, expected generation.</param>
    /// <param name="cancellationToken">Ends the call, not the stored operation.</param>
    Task<OperationHandle<VirtualMachine>> StopAsync(
        ResourceReference machine, StopOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Stops a machine and starts it again. One that is off is started.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="options">Whether to let the guest shut down; idempotency key, expected generation.</param>
    /// <param name="cancellationToken">Ends the call, not the stored operation.</param>
    Task<OperationHandle<VirtualMachine>> RestartAsync(
        ResourceReference machine, RestartOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Resets a machine as its button would: the guest begins anew and loses what it had not written. A paused one goes on.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="options">Idempotency key, expected generation.</param>
    /// <param name="cancellationToken">Ends the call, not the stored operation.</param>
    /// <exception cref="LimiQuantixException">The operation fails with <see cref="ErrorCodes.FailedPrecondition"/> when the machine is off.</exception>
    Task<OperationHandle<VirtualMachine>> ResetAsync(
        ResourceReference machine, ResetOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Halts a machine's processors; its memory stays. Succeeds when it is paused already.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="options">Idempotency key, expected generation.</param>
    /// <param name="cancellationToken">Ends the call, not the stored operation.</param>
    /// <exception cref="LimiQuantixException">The operation fails with <see cref="ErrorCodes.FailedPrecondition"/> when the machine is off.</exception>
    Task<OperationHandle<VirtualMachine>> PauseAsync(
        ResourceReference machine, PauseOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Lets a paused machine go on. Succeeds when it runs.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="options">Idempotency key, expected generation.</param>
    /// <param name="cancellationToken">Ends the call, not the stored operation.</param>
    /// <exception cref="LimiQuantixException">The operation fails with <see cref="ErrorCodes.FailedPrecondition"/> when the machine is off.</exception>
    Task<OperationHandle<VirtualMachine>> ResumeAsync(
        ResourceReference machine, ResumeOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Defines a machine again that somebody undefined at its hypervisor, from its specification, seed and disks; it stays off. Succeeds when it is
    /// defined. Starting and ensuring do so too.
    /// </summary>
    /// <param name="machine">The machine.</param>
    /// <param name="options">Idempotency key, expected generation.</param>
    /// <param name="cancellationToken">Ends the call, not the stored operation.</param>
    Task<OperationHandle<VirtualMachine>> RedefineAsync(
        ResourceReference machine, RedefineOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Puts an ISO image into a CD drive, also while the machine runs where its hypervisor can; otherwise it is there at the next start. What was in the drive is taken out.
    /// </summary>
    /// <param name="machine">The machine.</param>
    /// <param name="image">The image.</param>
    /// <param name="options">Which drive; idempotency key, expected generation.</param>
    /// <param name="cancellationToken">Ends the call, not the stored operation.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.FailedPrecondition"/>: it has no CD drive; add one with <see cref="IResources{TResource, TQuery, TUpdate}.UpdateAsync"/>.
    /// </exception>
    Task<OperationHandle<VirtualMachine>> AttachIsoAsync(
        ResourceReference machine, Guid image, AttachIsoOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Empties a CD drive, also while the machine runs where its hypervisor can. Succeeds when it is empty.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="options">Which drive; idempotency key, expected generation.</param>
    /// <param name="cancellationToken">Ends the call, not the stored operation.</param>
    Task<OperationHandle<VirtualMachine>> EjectIsoAsync(
        ResourceReference machine, EjectIsoOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a machine with its root volume, port and seed, by force when it runs. Succeeds when it is absent.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="options">Idempotency key, expected generation.</param>
    /// <param name="cancellationToken">Ends the call, not the stored operation.</param>
    /// <returns>The operation; its result is the machine as it last was, or <see langword="null"/> when it was absent.</returns>
    Task<OperationHandle<VirtualMachine?>> DeleteAsync(
        ResourceReference machine, DeleteOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lists the machines of the caller's project, or of none that is known, that carry this installation's mark and have no record: nobody
    /// touches them. Asks the hypervisors; one that does not answer is left out.
    /// </summary>
    /// <param name="query">Which ones; all of them without it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<QuarantinedMachine>> ListQuarantinedAsync(QuarantineQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes a quarantined machine an ordinary one again, from what is kept with it. Nothing about the machine itself changes. What its spec
    /// had of user-data and network configuration is not kept and stays empty.
    /// </summary>
    /// <param name="id">The machine.</param>
    /// <param name="options">Another name for it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The machine; also when it has its record already.</returns>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>: no hypervisor has it; <see cref="ErrorCodes.FailedPrecondition"/>: nothing is kept with it;
    /// <see cref="ErrorCodes.Conflict"/>: another machine has its name (say another one) or MAC address now; <see cref="ErrorCodes.InvalidArgument"/>.
    /// </exception>
    Task<VirtualMachine> AdoptAsync(Guid id, AdoptOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a quarantined machine, with its volume and port where those are known. Succeeds when no hypervisor has it.</summary>
    /// <param name="id">The machine.</param>
    /// <param name="options">Idempotency key.</param>
    /// <param name="cancellationToken">Ends the call, not the stored operation.</param>
    /// <returns>The operation; its result is the machine as it was, or <see langword="null"/> when there was none.</returns>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.FailedPrecondition"/>: the machine has a record; delete it.</exception>
    Task<OperationHandle<QuarantinedMachine?>> PurgeAsync(
        Guid id, PurgeOptions? options = null, CancellationToken cancellationToken = default);
}

/// <summary>Which machines.</summary>
public sealed record MachineQuery : ResourceQuery
{
    /// <summary>In this phase.</summary>
    public MachinePhase? Phase { get; init; }

    /// <summary>On this node.</summary>
    public NodeId? Node { get; init; }

    /// <summary>In this state when they were last seen.</summary>
    public PowerState? PowerState { get; init; }
}
