namespace LimiQuantix.Core.Tests.Diagnostics;

/// <summary>A timer that tells its end once.</summary>
internal sealed class ObservedTimer(ITimer timer, Action ended) : ITimer
{
    private int _ended;

    public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

    public void Dispose()
    {
        timer.Dispose();
        End();
    }

    public async ValueTask DisposeAsync()
    {
        await timer.DisposeAsync();
        End();
    }

    private void End()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
            ended();
    }
}
