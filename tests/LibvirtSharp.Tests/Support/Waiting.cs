namespace LibvirtSharp.Tests.Support;

/// <summary>Bounded waits for what a test expects of a real daemon.</summary>
internal static class Waiting
{
    /// <summary>The first event that fits, within <see cref="Daemon.Patience"/>.</summary>
    public static async Task<T> FirstAsync<T>(IAsyncEnumerable<LibvirtEvent> events, Func<T, bool> fits)
        where T : LibvirtEvent
    {
        using var deadline = new CancellationTokenSource(Daemon.Patience);
        await foreach (LibvirtEvent next in events.WithCancellation(deadline.Token))
        {
            if (next is T wanted && fits(wanted))
                return wanted;
        }
        throw new InvalidOperationException("The events ended.");
    }

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(Daemon.Patience);
        while (!await condition())
            await Task.Delay(20, deadline.Token);
    }
}
