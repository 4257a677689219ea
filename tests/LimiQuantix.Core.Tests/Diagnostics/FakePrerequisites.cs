using LimiQuantix.Diagnostics;

namespace LimiQuantix.Core.Tests.Diagnostics;

internal sealed class FakePrerequisites(Func<CancellationToken, Task<IReadOnlyList<Prerequisite>>> check) : IReportsPrerequisites
{
    public Task<IReadOnlyList<Prerequisite>> CheckPrerequisitesAsync(CancellationToken cancellationToken = default) => check(cancellationToken);
}
