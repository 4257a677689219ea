using LimiQuantix.Core.State;
using LimiQuantix.State;

namespace LimiQuantix.Core.Tests.State;

/// <summary>The promises hold through a decorator, as through a remote proxy.</summary>
[TestFixture]
internal sealed class DecoratedStateStoreTests : StateStoreConformance
{
    protected override IStateStore Create(TimeProvider timeProvider, int keptChanges) =>
        new DecoratedStateStore(new InMemoryStateStore(timeProvider, keptChanges));
}
