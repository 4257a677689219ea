using LimiQuantix.Core.Operations;
using LimiQuantix.Core.State;
using LimiQuantix.State;
using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Core.Tests.Operations;

[TestFixture]
internal sealed class OutcomePruningTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Test]
    public async Task Leader_forgets_outcomes_of_the_day_before_yesterday_every_hour()
    {
        await using var state = new InMemoryStateStore(_clock);
        var old = At(TimeSpan.Zero);
        await state.CommitAsync(old);
        await RunAsync(state, TimeSpan.FromHours(30), advance: time => _clock.Advance(time));
        Assert.That((await state.CommitAsync(old)).IsCommitted, Is.True, "as long as nothing newer is there, a day is counted from it");

        await state.CommitAsync(At(TimeSpan.FromHours(30)));
        await RunAsync(state, TimeSpan.FromHours(2), advance: time => _clock.Advance(time));
        var thrown = await Assert.ThrowsAsync<LimiQuantixException>(() => state.CommitAsync(old));
        Assert.That(thrown!.Code, Is.EqualTo(ErrorCodes.Unknown));
        Assert.That(thrown.Message, Does.Contain("2030-01-01 00:00:00Z"));
    }

    private async Task RunAsync(InMemoryStateStore state, TimeSpan time, Action<TimeSpan> advance)
    {
        var lease = (await state.AcquireLeaseAsync(EngineLease.Name, "leader", TimeSpan.FromMinutes(1)))!;
        using var end = new CancellationTokenSource();
        var pruning = new OutcomePruning(state, _clock).RunAsync(lease, end.Token);
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMinutes(30))
        {
            advance(TimeSpan.FromMinutes(30));
            await Task.Delay(5);
        }

        await end.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => pruning);
    }

    private StateTransaction At(TimeSpan after) => new()
    {
        Id = Guid.CreateVersion7(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero) + after),
        Mutations = [new StateMutation { Key = "a", Value = "x"u8.ToArray() }],
    };
}
