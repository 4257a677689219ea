using System.Text;
using LimiQuantix.Core.State;
using LimiQuantix.Core.State.Sqlite;
using LimiQuantix.State;
using LimiQuantix.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Core.Tests.State;

/// <summary>A store of every kind for the tests of the contract's promises, and what they do with it.</summary>
internal abstract class StateStoreFixture(StateStoreKind kind)
{
    private const int KeptChanges = 200;

    private TemporaryFolder _folder = null!;

    protected IStateStore Store { get; private set; } = null!;

    protected FakeTimeProvider Clock { get; private set; } = null!;

    [SetUp]
    public void Open()
    {
        _folder = new TemporaryFolder();
        Clock = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Store = kind switch
        {
            StateStoreKind.InMemory => new InMemoryStateStore(Clock, KeptChanges),
            StateStoreKind.Decorated => new DecoratedStateStore(new InMemoryStateStore(Clock, KeptChanges)),
            _ => new SqliteStateStore(
                new SqliteStateOptions { Path = _folder.Combine("state.db"), KeptRevisions = KeptChanges },
                Clock,
                NullLogger<SqliteStateStore>.Instance),
        };
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await Store.DisposeAsync();
        await _folder.DisposeAsync();
    }

    protected Task<StateCommit> PutAsync(string key, string value, long? expected = null) => Store.CommitAsync(new StateTransaction
    {
        Conditions = expected is { } version ? [Expect(key, version)] : [],
        Mutations = [Put(key, value)],
    });

    protected Task<StateCommit> DeleteAsync(string key) => Store.CommitAsync(new StateTransaction { Mutations = [new StateMutation { Key = key }] });

    protected static StateMutation Put(string key, string value, params (string Name, string Value)[] indexes) => new()
    {
        Key = key,
        Value = Encoding.UTF8.GetBytes(value),
        Indexes = indexes.ToDictionary(index => index.Name, index => index.Value),
    };

    protected static StateCondition Expect(string key, long version) => new() { Key = key, ExpectedVersion = version };

    protected static string? Text(StateEntry? entry) => entry is null ? null : Encoding.UTF8.GetString(entry.Value.Span);
}
