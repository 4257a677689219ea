using LimiQuantix.Conformance.Proxy;
using LimiQuantix.Conformance.State;
using LimiQuantix.Core.State;
using LimiQuantix.Core.State.Sqlite;
using LimiQuantix.State;
using LimiQuantix.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Core.Tests.State;

/// <summary>Core's stores for the suites.</summary>
internal sealed class CoreStateStore(StateStoreKind kind) : StateStoreUnderTest
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public override IStateStore Open() => kind switch
    {
        StateStoreKind.InMemory => new InMemoryStateStore(_clock, KeptChanges),
        StateStoreKind.Faulty => new FaultyStateStore(new InMemoryStateStore(_clock, KeptChanges)),
        StateStoreKind.Lazy => new LazyStateStore(Opening(new InMemoryStateStore(_clock, KeptChanges))),
        StateStoreKind.InMemoryOverWire => WireProxy.Of<IStateStore>(new InMemoryStateStore(_clock, KeptChanges)),
        StateStoreKind.SqliteOverWire => WireProxy.Of<IStateStore>(Sqlite()),
        _ => Sqlite(),
    };

    public override void Advance(TimeSpan time) => _clock.Advance(time);

    public override ValueTask DisposeAsync() => _folder.DisposeAsync();

    private SqliteStateStore Sqlite() => new(
        new SqliteStateOptions { Path = _folder.Combine("state.db"), KeptRevisions = KeptChanges },
        _clock,
        NullLogger<SqliteStateStore>.Instance);

    private static Func<CancellationToken, ValueTask<IStateStore>> Opening(InMemoryStateStore store) => _ => ValueTask.FromResult<IStateStore>(store);
}

/// <summary>The stores that keep the contract's promises.</summary>
public enum StateStoreKind
{
    /// <summary>In memory.</summary>
    InMemory,

    /// <summary>Behind a script of faults that has none, as behind a remote proxy.</summary>
    Faulty,

    /// <summary>Opened at the first use.</summary>
    Lazy,

    /// <summary>In a SQLite file.</summary>
    Sqlite,

    /// <summary>In memory, every argument and answer through bytes, as in another process.</summary>
    InMemoryOverWire,

    /// <summary>In a SQLite file, every argument and answer through bytes.</summary>
    SqliteOverWire,
}
