using LimiQuantix.Core.Operations;
using LimiQuantix.Core.State;
using LimiQuantix.Operations;
using LimiQuantix.State;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Core.Tests.Operations;

[TestFixture]
internal sealed class OperationPruningTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Test]
    public async Task Operations_that_ended_long_ago_go_with_everything_of_theirs()
    {
        await using var state = new InMemoryStateStore(_clock);
        await using var engine = new EngineUnderTest(state, _clock, null, new DelegateKind("test", (_, _) => Task.CompletedTask));
        await engine.StartAsync();
        var old = await engine.SubmitAsync("test", key: "old");
        await engine.EndedAsync(old.Id);
        await engine.StopAsync();
        var waiting = await engine.SubmitAsync("test", key: "waiting");
        _clock.Advance(TimeSpan.FromDays(31));

        await PruneAsync(state, engine.Store, new OperationEngineOptions());

        var keys = (await state.ListAsync(new StateQuery { Prefix = "" })).Entries.Select(entry => entry.Key)
            .Where(key => !key.StartsWith("engine", StringComparison.Ordinal));
        Assert.That(keys, Is.EqualTo([$"idempotency/default/host/waiting", $"operation-requests/{waiting.Id:D}", OperationKeys.Operation(waiting.Id)]));
        Assert.That((await engine.SubmitAsync("test", key: "old", what: "new")).Id, Is.Not.EqualTo(old.Id), "its key is free again");
    }

    [Test]
    public async Task Only_so_many_ended_operations_are_kept_the_newest()
    {
        await using var state = new InMemoryStateStore(_clock);
        await using var engine = new EngineUnderTest(state, _clock, null, new DelegateKind("test", (_, _) => Task.CompletedTask));
        await engine.StartAsync();
        List<Guid> ids = [];
        for (var i = 0; i < 25; i++)
        {
            ids.Add((await engine.SubmitAsync("test")).Id);
            await engine.EndedAsync(ids[^1]);
            _clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        await engine.StopAsync();
        await PruneAsync(state, engine.Store, new OperationEngineOptions { MaxEnded = 3 });

        var kept = await engine.Store.ListAsync(Caller.DefaultProject, null, CancellationToken.None);
        Assert.That(kept.Select(operation => operation.Id), Is.EquivalentTo(ids[^3..]));
        Assert.That(kept, Has.All.Property(nameof(Operation.Phase)).EqualTo(OperationPhase.Succeeded));
    }

    private async Task PruneAsync(InMemoryStateStore state, OperationStore store, OperationEngineOptions options)
    {
        var fence = (await state.AcquireLeaseAsync(EngineLease.Name, "test", TimeSpan.FromMinutes(1)))!;
        var pruning = new OperationPruning(state, store, options, _clock, NullLogger<OperationPruning>.Instance);
        await pruning.PruneAsync(fence, CancellationToken.None);
    }
}
