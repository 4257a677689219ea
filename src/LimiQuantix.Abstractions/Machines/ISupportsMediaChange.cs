namespace LimiQuantix.Machines;

/// <summary>A capability of an <see cref="IHypervisor"/>: the disc in a CD drive is another while the machine runs. Without it that needs the power off.</summary>
public interface ISupportsMediaChange
{
    /// <summary>
    /// Puts another disc into a CD drive of a machine that is on, or takes it out; the guest's lock of the drive is overridden. The machine is defined so from then on.
    /// Succeeds when the drive has that disc.
    /// </summary>
    /// <param name="request">The machine, and which drive.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="LimiQuantixException">
    /// <see cref="ErrorCodes.NotFound"/>: no such machine or drive; <see cref="ErrorCodes.FailedPrecondition"/>: it is off.
    /// </exception>
    Task<ChangeMediaResult> ChangeMediaAsync(ChangeMediaRequest request, CancellationToken cancellationToken = default);
}
