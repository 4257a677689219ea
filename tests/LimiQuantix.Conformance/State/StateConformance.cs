using System.Text;
using LimiQuantix.State;
using NUnit.Framework;

namespace LimiQuantix.Conformance.State;

/// <summary>A new store for every test, and what the tests do with it.</summary>
/// <param name="create">Gives the store that is tested.</param>
public abstract class StateConformance(Func<StateStoreUnderTest> create)
{
    /// <summary>How long anything may take.</summary>
    protected static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private StateStoreUnderTest _underTest = null!;

    /// <summary>The store.</summary>
    protected IStateStore Store { get; private set; } = null!;

    [SetUp]
    public void Open()
    {
        _underTest = create();
        Store = _underTest.Open();
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await Store.DisposeAsync();
        await _underTest.DisposeAsync();
    }

    /// <summary>Lets time pass on the store's clock.</summary>
    protected void Advance(double seconds) => _underTest.Advance(TimeSpan.FromSeconds(seconds));

    protected Task<StateCommit> PutAsync(string key, string value, long? expected = null) => Store.CommitAsync(new StateTransaction
    {
        Conditions = expected is { } version ? [Expect(key, version)] : [],
        Mutations = [Put(key, value)],
    });

    protected Task<StateCommit> DeleteAsync(string key) => Store.CommitAsync(new StateTransaction { Mutations = [Delete(key)] });

    protected static StateMutation Put(string key, string value, params (string Name, string Value)[] indexes) => new()
    {
        Key = key,
        Value = Encoding.UTF8.GetBytes(value),
        Indexes = [.. indexes.Select(index => new StateIndex { Name = index.Name, Value = index.Value })],
    };

    protected static StateMutation Delete(string key) => new() { Key = key };

    protected static StateCondition Expect(string key, long version) => new() { Key = key, ExpectedVersion = version };

    protected static string? Text(StateEntry? entry) => entry is null ? null : Encoding.UTF8.GetString(entry.Value.Span);

    protected async Task<IReadOnlyList<string>> KeysAsync(StateQuery query)
    {
        var page = await Store.ListAsync(query);
        return [.. page.Entries.Select(entry => entry.Key)];
    }

    protected static Task RefusedAsync(Func<Task> call) => ThrowsAsync(ErrorCodes.InvalidArgument, call);

    protected static async Task ThrowsAsync(string code, Func<Task> call)
    {
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => call());
        Assert.That(thrown!.Code, Is.EqualTo(code), thrown.Message);
    }

    /// <summary>Takes so many changes of a watch.</summary>
    protected static async Task<List<StateChange>> TakeAsync(IAsyncEnumerable<StateChange> watch, int count)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        List<StateChange> changes = [];
        await foreach (var change in watch.WithCancellation(deadline.Token))
        {
            changes.Add(change);
            if (changes.Count == count) break;
        }

        return changes;
    }
}
