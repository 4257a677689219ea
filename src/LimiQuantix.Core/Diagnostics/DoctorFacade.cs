using LimiQuantix.Diagnostics;

namespace LimiQuantix.Core.Diagnostics;

/// <summary>The doctor as one caller may ask it.</summary>
internal sealed class DoctorFacade(Caller caller, Access access, Doctor doctor) : IDoctor
{
    public async Task<IReadOnlyList<Prerequisite>> CheckAsync(DoctorQuery? query = null, CancellationToken cancellationToken = default)
    {
        await access.EnsureAllowedAsync(caller, Actions.DoctorCheck, null, query, cancellationToken).ConfigureAwait(false);
        return await doctor.CheckAsync(query?.Node, cancellationToken).ConfigureAwait(false);
    }
}
