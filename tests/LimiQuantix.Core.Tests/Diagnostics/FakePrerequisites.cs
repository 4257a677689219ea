using LimiQuantix.Diagnostics;

namespace LimiQuantix.Core.Tests.Diagnostics;

internal sealed class FakePrerequisites(Func<CancellationToken, Task<IReadOnlyList<Prerequisite>>> check) : IReportsPrerequisites
{
    public async Task<PrerequisiteReport> CheckPrerequisitesAsync(CheckPrerequisitesRequest request, CancellationToken cancellationToken = default) =>
        new() { Prerequisites = await check(cancellationToken) };
}
