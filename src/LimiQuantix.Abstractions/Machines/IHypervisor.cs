using LimiQuantix.Consoles;

namespace LimiQuantix.Machines;

/// <summary>
/// The hypervisor of one node. <c>Ensure</c> with the same definition succeeds, with a different one is
/// <see cref="ErrorCodes.Conflict"/>; deleting what is absent succeeds. It touches only what carries the installation's
/// <see cref="Ownership"/>. It does not retry; its errors say what is transient. What changes something answers
/// <see cref="ErrorCodes.Fenced"/> to a <see cref="ProviderCall"/> that is lower than one that was heard.
/// </summary>
public interface IHypervisor : IProvider
{
    /// <summary>Says what the hypervisor is and can do.</summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<HypervisorDescription> DescribeAsync(DescribeHypervisorRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Defines a machine, off. The machine type is pinned at the first definition. Definitions are the same when they differ in no more than
    /// the machine type, the bytes of the seed (which may hold a new salt) and the record; lists are compared by their items. What fails or is cancelled is not undone: the machine is
    /// there or not, its files may be; <see cref="DeleteAsync"/> removes all of it, and the same call again completes it.
    /// </summary>
    /// <param name="request">The machine.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.Conflict"/>; <see cref="ErrorCodes.InvalidArgument"/>: an attachment kind that it does not accept.
    /// </exception>
    Task<MachineObservation> EnsureDefinedAsync(DefineMachineRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Defines a machine that is there and off otherwise: with more or less memory, other disks. The machine type that it has stays, and what of it stays is where the
    /// guest has it (its place on the bus). Succeeds when it is defined so already. The whole change is done or none of it.
    /// </summary>
    /// <param name="request">The machine as it is wanted now.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>: it is not defined; <see cref="ErrorCodes.FailedPrecondition"/>: it is on; <see cref="ErrorCodes.InvalidArgument"/>: an
    /// attachment kind that it does not accept.
    /// </exception>
    Task<MachineObservation> UpdateAsync(UpdateMachineRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Starts a machine with the attachments of this definition: where its disks and interfaces are reached may have changed since it was
    /// defined (a device mapped anew after the node's restart). Nothing else of it is changed. Succeeds when the machine runs already.
    /// </summary>
    /// <param name="request">The machine as it is wanted now.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>: it is not defined; <see cref="ErrorCodes.Conflict"/>: it differs in more than its attachments;
    /// <see cref="ErrorCodes.HostPortTaken"/>: something else has a port that it forwards.
    /// </exception>
    Task<StartMachineResult> StartAsync(StartMachineRequest request, CancellationToken cancellationToken = default);

    /// <summary>Asks the guest to shut down and returns at once, or cuts the power. Succeeds when it is off already.</summary>
    /// <param name="request">The machine, and how.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException"><see cref="ErrorCodes.NotFound"/>.</exception>
    Task<StopMachineResult> StopAsync(StopMachineRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Resets a machine as its button would: the guest begins anew and loses what it had not written. A paused one goes on. What was done for
    /// the call's operation is not done once more, so that an engine that takes over may ask again; where a call ended between the reset and
    /// its note, it is done twice.
    /// </summary>
    /// <param name="request">The machine.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.FailedPrecondition"/>: it is off.
    /// </exception>
    Task<ResetMachineResult> ResetAsync(ResetMachineRequest request, CancellationToken cancellationToken = default);

    /// <summary>Halts a machine's processors; its memory and devices stay as they are. Succeeds when it is paused already.</summary>
    /// <param name="request">The machine.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.FailedPrecondition"/>: it is off.
    /// </exception>
    Task<PauseMachineResult> PauseAsync(PauseMachineRequest request, CancellationToken cancellationToken = default);

    /// <summary>Lets a paused machine go on. Succeeds when it runs.</summary>
    /// <param name="request">The machine.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>; <see cref="ErrorCodes.FailedPrecondition"/>: it is off.
    /// </exception>
    Task<ResumeMachineResult> ResumeAsync(ResumeMachineRequest request, CancellationToken cancellationToken = default);

    /// <summary>Deletes a machine with its seed and logs, cutting its power first. Succeeds when it is absent.</summary>
    /// <param name="request">The machine.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<DeleteMachineResult> DeleteAsync(DeleteMachineRequest request, CancellationToken cancellationToken = default);

    /// <summary>Observes one machine.</summary>
    /// <param name="request">The machine.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<ObserveMachineResult> ObserveAsync(ObserveMachineRequest request, CancellationToken cancellationToken = default);

    /// <summary>Observes every machine on the node: this installation's and, without a machine id, all others.</summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    IAsyncEnumerable<MachineObservation> ListAsync(ListMachinesRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Follows this installation's machines: a <see cref="HypervisorEventKind.Resync"/> first and after every gap (lost connection,
    /// overflow), which asks the reader to list again; then every change. Reconnects by itself; ends only by cancellation.
    /// </summary>
    /// <param name="request">The question.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    IAsyncEnumerable<HypervisorEvent> WatchAsync(WatchMachinesRequest request, CancellationToken cancellationToken = default);

    /// <summary>Gives a running machine's console.</summary>
    /// <param name="request">The machine, and which console.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>: no such machine or console; <see cref="ErrorCodes.FailedPrecondition"/>: it does not run.
    /// </exception>
    Task<ConsoleEndpoint> GetConsoleAsync(GetConsoleRequest request, CancellationToken cancellationToken = default);
}
