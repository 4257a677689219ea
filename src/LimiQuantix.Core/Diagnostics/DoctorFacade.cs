using LimiQuantix.Diagnostics;

namespace LimiQuantix.Core.Diagnostics;

/// <summary>The doctor as one caller may ask it.</summary>
internal sealed class DoctorFacade(Caller caller, Access access, Doctor doctor) : IDoctor
{
    public async Task<IReadOnlyList<Prerequisite>> CheckAsync(CancellationToken cancellationToken = default)
    {
        await access.EnsureAllowedAsync(caller, Actions.DoctorCheck, null, null, cancellationToken).ConfigureAwait(false);
        return await doctor.CheckAsync(cancellationToken).ConfigureAwait(false);
    }
}
