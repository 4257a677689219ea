using Microsoft.Extensions.Time.Testing;

namespace LimiQuantix.Core.Tests.Diagnostics;

/// <summary>A clock that stands still, and tells how many timers wait on it.</summary>
internal sealed class ObservedClock : FakeTimeProvider
{
    private int _timers;

    /// <summary>Returns when just so many timers are left: whoever else was asked has answered.</summary>
    public async Task WaitForTimersAsync(int count)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(1));
        while (Volatile.Read(ref _timers) != count)
            await Task.Delay(5, deadline.Token);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref _timers);
        return new ObservedTimer(base.CreateTimer(callback, state, dueTime, period), () => Interlocked.Decrement(ref _timers));
    }
}
