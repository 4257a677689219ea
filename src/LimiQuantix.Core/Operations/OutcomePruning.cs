using LimiQuantix.State;

namespace LimiQuantix.Core.Operations;

/// <summary>Forgets the outcomes of transactions that nobody asks for any more. The leader does it, every hour.</summary>
internal sealed class OutcomePruning(IStateStore state, TimeProvider timeProvider) : IEngineService
{
    /// <summary>How long an outcome is kept: a caller asks again within seconds, a frozen one perhaps after a night.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(26);

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public async Task RunAsync(StateLease fence, CancellationToken cancellationToken)
    {
        // Not at once: a clock that was wrong when the machine started is put right by then, and that is noticed.
        while (true)
        {
            var (began, at) = (timeProvider.GetTimestamp(), timeProvider.GetUtcNow());
            await Task.Delay(Interval, timeProvider, cancellationToken).ConfigureAwait(false);
            var now = timeProvider.GetUtcNow();
            var drift = now - at - timeProvider.GetElapsedTime(began);
            if (drift.Duration() > ClockTolerance) continue;
            if (!await state.ForgetOutcomesAsync(now - Kept, fence, cancellationToken).ConfigureAwait(false)) return;
        }
    }
}
