using LimiQuantix.Conformance.State;

namespace LimiQuantix.Core.Tests.State;

[TestFixture(StateStoreKind.InMemory)]
[TestFixture(StateStoreKind.Faulty)]
[TestFixture(StateStoreKind.Lazy)]
[TestFixture(StateStoreKind.Sqlite)]
[TestFixture(StateStoreKind.InMemoryOverWire)]
[TestFixture(StateStoreKind.SqliteOverWire)]
internal sealed class CoreStateStoreTests(StateStoreKind kind) : StateStoreConformance(() => new CoreStateStore(kind));

[TestFixture(StateStoreKind.InMemory)]
[TestFixture(StateStoreKind.Faulty)]
[TestFixture(StateStoreKind.Sqlite)]
[TestFixture(StateStoreKind.InMemoryOverWire)]
[TestFixture(StateStoreKind.SqliteOverWire)]
internal sealed class CoreStateWatchTests(StateStoreKind kind) : StateWatchConformance(() => new CoreStateStore(kind));

[TestFixture(StateStoreKind.InMemory)]
[TestFixture(StateStoreKind.Faulty)]
[TestFixture(StateStoreKind.Lazy)]
[TestFixture(StateStoreKind.Sqlite)]
[TestFixture(StateStoreKind.InMemoryOverWire)]
[TestFixture(StateStoreKind.SqliteOverWire)]
internal sealed class CoreStateLeaseTests(StateStoreKind kind) : StateLeaseConformance(() => new CoreStateStore(kind));

[TestFixture(StateStoreKind.InMemory)]
[TestFixture(StateStoreKind.Faulty)]
[TestFixture(StateStoreKind.Lazy)]
[TestFixture(StateStoreKind.Sqlite)]
[TestFixture(StateStoreKind.InMemoryOverWire)]
[TestFixture(StateStoreKind.SqliteOverWire)]
internal sealed class CoreStateOutcomeTests(StateStoreKind kind) : StateOutcomeConformance(() => new CoreStateStore(kind));

[TestFixture(StateStoreKind.InMemory)]
[TestFixture(StateStoreKind.Faulty)]
[TestFixture(StateStoreKind.Lazy)]
[TestFixture(StateStoreKind.Sqlite)]
[TestFixture(StateStoreKind.InMemoryOverWire)]
[TestFixture(StateStoreKind.SqliteOverWire)]
internal sealed class CoreStateEraTests(StateStoreKind kind) : StateEraConformance(() => new CoreStateStore(kind));
