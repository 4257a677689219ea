using LimiQuantix.Core.State;
using LimiQuantix.State;

namespace LimiQuantix.Core.Tests.State;

[TestFixture]
internal sealed class InMemoryStateStoreTests : StateStoreConformance
{
    protected override IStateStore Create(TimeProvider timeProvider, int keptChanges) => new InMemoryStateStore(timeProvider, keptChanges);
}
